"""The generator ``vgan``: its network, its two streams, and its frames in time."""

import pytest
import torch
from motionkit_vgan.generator import VganGenerator
from motionkit_vgan.objective import VganObjective
from torch import nn

from motionkit import registry
from motionkit.interfaces import ConfigError
from motionkit.numerics.timeline import frame_times
from motionkit.testing import check_generator

TINY = VganGenerator.Config(frames=16, noise_size=5, widths=(6, 5, 4, 3))


@pytest.fixture
def generator() -> VganGenerator:
    torch.manual_seed(0)
    return VganGenerator(TINY).eval()


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_contract():
    # Weights of 0.01 would hide a narrow network's noise below what counts as rounding.
    config = VganGenerator.Config(frames=16, noise_size=20, widths=(64, 32, 16, 8))
    check_generator(VganGenerator, config, objective=VganObjective.Config(widths=(3, 3, 3, 3)))


def test_motionkit_finds_it_by_its_name():
    assert registry.load("generator", "vgan") is VganGenerator


def test_the_default_has_the_parameters_of_the_original():
    with torch.device("meta"):
        generator = VganGenerator(VganGenerator.Config())
        assert parameters(generator) == 16_245_383
        assert parameters(VganObjective(VganObjective.Config(), generator).critics) == 11_057_858


@pytest.mark.parametrize("frames", [16, 32])
def test_its_two_lengths(frames):
    generator = VganGenerator(TINY.model_copy(update={"frames": frames})).eval()
    assert generator.grid == (frames, 16) and generator.max_seconds == frames / 16 and generator.continuous is False
    video, mask = generator(generator.noise(2, seed=0), frame_times(frames / 16, 16), with_mask=True)
    assert video.shape == (2, frames, 3, 64, 64) and mask.shape == (2, frames, 1, 64, 64)
    assert mask.min() >= 0 and mask.max() <= 1
    objective = VganObjective(VganObjective.Config(widths=(3, 3, 3, 3)), generator)
    assert objective.frames == frames and objective.critics(video).shape == (2, 2)


def weigh(generator: VganGenerator, mask: float) -> torch.Tensor:
    """Video, where the mask is the same everywhere."""
    with torch.no_grad():
        generator.mask.weight.zero_()
        generator.mask.bias.fill_(torch.logit(torch.tensor(mask)))
        return generator(generator.noise(2, seed=0), frame_times(1, 16))


def test_where_the_mask_is_0_is_the_background_which_stands_still(generator):
    video = weigh(generator, 0.0)
    assert torch.equal(video, video[:, :1].expand_as(video))
    with torch.no_grad():
        static = generator.static(generator.noise(2, seed=0)["video"][..., None, None]).tanh()
    torch.testing.assert_close(video[:, 0], static)
    assert not torch.equal(video[0], video[1])


def test_where_the_mask_is_1_is_the_foreground_which_moves(generator):
    video = weigh(generator, 1.0)
    with torch.no_grad():
        generator.static[-1].bias.add_(1)
    torch.testing.assert_close(weigh(generator, 1.0), video)
    assert all(not torch.equal(one, other) for one, other in zip(video[0], video[0, 1:], strict=False))


def test_between_them_it_is_their_mixture(generator):
    behind, before, between = (weigh(generator, mask) for mask in (0.0, 1.0, 0.25))
    torch.testing.assert_close(between, 0.25 * before + 0.75 * behind)


def test_at_each_time_the_nearest_frame_is_shown(generator):
    noise = generator.noise(2, seed=0)
    grid = generator(noise, frame_times(1, 16))
    times = torch.tensor([0.0, 0.09, 0.098, 0.5, 0.97, 1.0])
    assert torch.equal(generator(noise, times), grid[:, [0, 0, 1, 7, 15, 15]])
    own = torch.stack([times, times / 2])
    assert torch.equal(generator(noise, own)[1], grid[1, [0, 0, 0, 3, 7, 7]])
    with pytest.raises(ConfigError, match=r"clips of 16 frames at 16 a second, 1 s, but a frame at 1\.1 s"):
        generator(noise, torch.tensor([0.5, 1.1]))


def test_weights_are_decided_by_the_seed_and_start_small():
    torch.manual_seed(3)
    one = VganGenerator(VganGenerator.Config(widths=(64, 32, 16, 8)))
    torch.manual_seed(3)
    two = VganGenerator(VganGenerator.Config(widths=(64, 32, 16, 8)))
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    weights = torch.cat([m.weight.detach().flatten() for m in one.modules() if isinstance(m, nn.ConvTranspose3d)])
    assert abs(float(weights.std()) - 0.01) < 2e-4 and abs(float(weights.mean())) < 2e-4
