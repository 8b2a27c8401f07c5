"""A neural ODE: its solvers agree, its cost follows the seconds, its motion is smooth."""

import torch

from motionkit.motion.ode import OdeMotion


def test_ode_at_time_zero_shows_its_initial_value(build, noise):
    model = build(OdeMotion)
    shown = model(noise(model), torch.zeros(1))[:, 0].flatten(1)
    torch.testing.assert_close(shown, model.keypoints(model.initial_value(noise(model))))


def test_ode_solvers_agree(build, noise):
    model, reference = build(OdeMotion).eval(), build(OdeMotion, solver="dopri5", rtol=1e-7, atol=1e-8)
    times_T = torch.arange(1, 33) / 16
    torch.testing.assert_close(model(noise(model), times_T), reference(noise(model), times_T), rtol=0, atol=1e-4)


def test_ode_reports_its_field_calls_by_seconds(build, noise):
    model = build(OdeMotion, knots_per_second=10).eval()
    for times_T in (torch.linspace(0, 2, 3), torch.linspace(0, 2, 300)):
        model(noise(model), times_T)
        assert model.nfe == 4 * 20 + 1


def test_ode_is_smooth_between_knots(build, noise):
    """The largest second difference falls with the square of the time step: there is no kink at any knot."""
    model = build(OdeMotion).double().eval()
    knots = model.config.knots_per_second

    def roughness(frames_per_knot: int) -> float:
        times_T = torch.arange(knots * frames_per_knot + 1, dtype=torch.float64) / (knots * frames_per_knot)
        return model(noise(model).double(), times_T).diff(dim=1, n=2).abs().max().item()

    assert roughness(8) / roughness(16) > 3.5


def test_ode_learns_from_coarser_steps_of_the_same_path(build, noise):
    model, times_T = build(OdeMotion), torch.arange(1, 17) / 16
    finer = model.eval()(noise(model), times_T)
    assert model.nfe == 4 * model.config.knots_per_second + 1
    coarser = model.train()(noise(model), times_T)
    assert model.nfe == 4 * model.config.training_knots_per_second + 1
    torch.testing.assert_close(coarser, finer, rtol=0, atol=2e-3)


def test_at_twice_the_pace_the_same_field_is_through_in_half_the_time(build, noise):
    model, fast = build(OdeMotion).eval(), build(OdeMotion, pace=2.0).eval()
    fast.load_state_dict(model.state_dict())
    times_T = torch.arange(1, 17) / 16
    torch.testing.assert_close(fast(noise(model), times_T), model(noise(model), 2 * times_T), rtol=0, atol=1e-4)


def test_motion_begins_alike_at_any_pace(build, noise):
    model, fast = build(OdeMotion), build(OdeMotion, pace=8.0)
    times_T = torch.arange(1, 17) / 16
    torch.testing.assert_close(fast(noise(model), times_T), model(noise(model), times_T), rtol=0, atol=1e-4)


def test_on_the_sphere_no_field_throws_a_state_out(build, noise):
    model = build(OdeMotion, sphere=True, pace=100.0)
    with torch.no_grad():
        for parameter in model.field.parameters():
            parameter.mul_(10)
    _, reached_BD = model.flow(model.initial_value(noise(model)), torch.arange(1, 161) / 16)
    assert reached_BD.isfinite().all()


def test_on_the_sphere_a_state_stays_there(build, noise):
    model = build(OdeMotion, sphere=True, pace=8.0).eval()
    _, reached_BD = model.flow(model.initial_value(noise(model)), torch.arange(1, 161) / 16)
    torch.testing.assert_close(reached_BD.square().mean(-1), torch.ones(3), rtol=0, atol=1e-3)
