"""What every motion model promises."""

import pytest
import torch

from motionkit.interfaces import COCO17, ConfigError, MotionGenerator, NonFiniteError
from motionkit.motion.ode import OdeMotion
from motionkit.motion.rnn import RnnMotion
from motionkit.motion.sde import SdeMotion

MODELS = [OdeMotion, RnnMotion, SdeMotion]


@pytest.mark.parametrize("kind", MODELS)
class TestEveryModel:
    def test_keypoints_have_the_shape_of_the_skeleton(self, kind, build, noise):
        model = build(kind)
        assert model(noise(model), torch.arange(7) / 16).shape == (3, 7, 17, 2)
        assert model(noise(model, 1), torch.rand(1, 5).sort().values).shape == (1, 5, 17, 2)
        assert model.initial_value(noise(model)).shape == (3, 16)

    def test_shared_times_have_the_same_keypoints(self, kind, build, noise):
        """At 15 and at 60 fps, in a longer clip, at a clip's own times, and in other company."""
        model = build(kind)
        noise_BD = noise(model, 4)
        slow_BTK2 = model(noise_BD, torch.arange(16) / 15)
        expected = {"rtol": 0, "atol": 1e-6}
        torch.testing.assert_close(model(noise_BD, torch.arange(61) / 60)[:, ::4], slow_BTK2, **expected)
        torch.testing.assert_close(model(noise_BD, torch.arange(90) / 15)[:, :16], slow_BTK2, **expected)
        own_BT = torch.arange(16) / 15 * torch.tensor([[1.0], [0.5], [2.0], [1.0]])
        torch.testing.assert_close(model(noise_BD, own_BT)[2, :8], slow_BTK2[2, ::2], **expected)
        # A matrix of one row is multiplied in another order than one of four, so this is as close as rounding allows.
        torch.testing.assert_close(model(noise_BD[2:3], torch.arange(16) / 15), slow_BTK2[2:3], rtol=0, atol=1e-5)

    def test_the_noise_is_the_only_randomness(self, kind, build, noise):
        model = build(kind)
        times_T = torch.arange(9) / 16
        first = model(noise(model), times_T)
        torch.manual_seed(99)
        assert torch.equal(model(noise(model), times_T), first)
        assert not torch.allclose(model(noise(model) + 0.1, times_T), first)

    def test_every_parameter_learns(self, kind, build, noise):
        model = build(kind)
        model(noise(model), torch.arange(9) / 16).square().mean().backward()
        assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())

    def test_the_figure_moves(self, kind, build, noise):
        model = build(kind)
        keypoints = model(noise(model), torch.arange(17) / 16)
        assert keypoints.diff(dim=1).abs().amax(dim=(1, 2, 3)).min() > 1e-4

    def test_autocast_changes_nothing(self, kind, build, noise):
        model = build(kind)
        plain = model(noise(model), torch.arange(9) / 16)
        with torch.autocast("cpu", torch.bfloat16):
            cast = model(noise(model), torch.arange(9) / 16)
        assert cast.dtype is torch.float32
        assert torch.equal(cast, plain)

    def test_weights_that_diverged_raise(self, kind, build, noise):
        model = build(kind)
        with torch.no_grad():
            next(model.initial.parameters()).fill_(torch.nan)
        with pytest.raises(NonFiniteError, match="at 0 s"):
            model(noise(model), torch.arange(9) / 16)

    def test_descending_times_are_refused(self, kind, build, noise):
        model = build(kind)
        with pytest.raises(ConfigError, match="ascend"):
            model(noise(model), torch.tensor([1.0, 0.5]))

    def test_the_small_preset_is_smaller(self, kind):
        def size(**options: object) -> int:
            return sum(p.numel() for p in kind(kind.Config(**options), COCO17).parameters())

        assert size(**kind.Config.presets["small"]) < size() / 2


@pytest.mark.parametrize("kind", [RnnMotion, SdeMotion])
def test_the_seed_of_the_fresh_noise_decides_the_path(kind: type[MotionGenerator], build, noise):
    """The last column, changed by one bit, leaves the initial value where it was and changes the path."""
    model = build(kind)
    noise_BD = noise(model)
    other_BD = noise_BD.clone()
    other_BD[:, -1] = torch.nextafter(noise_BD[:, -1], torch.full_like(noise_BD[:, -1], 9))
    times_T = torch.tensor([0.0, 1.0])
    here, there = model(noise_BD, times_T), model(other_BD, times_T)
    torch.testing.assert_close(here[:, 0], there[:, 0])
    assert (here[:, 1] - there[:, 1]).abs().amax(dim=(1, 2)).min() > 1e-4


def test_capabilities_are_declared():
    assert [(kind.continuous, kind.stochastic) for kind in MODELS] == [(True, False), (False, True), (True, True)]
