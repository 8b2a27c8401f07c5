"""A neural SDE: an ODE with a disturbance."""

import torch

from motionkit.motion.sde import SdeMotion


def test_sde_without_diffusion_is_smooth_and_with_it_is_not(build, noise):
    def roughness(limit: float) -> float:
        model = build(SdeMotion, diffusion_limit=limit)
        return model(noise(model), torch.arange(25) / 24).diff(dim=1, n=2).abs().mean().item()

    assert roughness(1.0) > 2 * roughness(1e-6)


def test_sde_reports_its_drift_calls(build, noise):
    model = build(SdeMotion, knots_per_second=10)
    model(noise(model), torch.linspace(0, 2, 50))
    assert model.nfe == 2 * 20 + 1  # heun's two a step, and the one by which torchsde sees the shape


def test_motion_begins_alike_at_any_pace(build, noise):
    slow, fast = (build(SdeMotion, pace=pace, diffusion_limit=1e-9) for pace in (1.0, 8.0))
    times_T = torch.arange(1, 17) / 16
    torch.testing.assert_close(fast(noise(fast), times_T), slow(noise(slow), times_T), rtol=0, atol=1e-4)


def test_at_twice_the_pace_the_same_drift_is_through_in_half_the_time(build, noise):
    slow, fast = (build(SdeMotion, pace=pace, diffusion_limit=1e-9, knots_per_second=24 * pace) for pace in (1, 2))
    fast.load_state_dict(slow.state_dict())
    times_T = torch.arange(1, 17) / 16
    torch.testing.assert_close(fast(noise(fast), times_T), slow(noise(slow), 2 * times_T), rtol=0, atol=1e-4)
