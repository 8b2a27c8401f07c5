"""The generator ``tganv2``: its network, its levels, and its frames in time."""

from itertools import pairwise

import pytest
import torch
from motionkit_tganv2.generator import ConvLSTM, TganV2Generator
from motionkit_tganv2.objective import TganV2Objective
from torch import nn

from motionkit import registry
from motionkit.interfaces import ConfigError
from motionkit.numerics.timeline import frame_times
from motionkit.testing import check_generator

TINY = TganV2Generator.Config(image_size=64, noise_size=5, widths=(16, 12, 12, 12, 8, 8, 8))
GRID = frame_times(1, 16)


@pytest.fixture
def generator() -> TganV2Generator:
    """With running statistics of its own, for frames to differ by more than rounding."""
    torch.manual_seed(0)
    generator = TganV2Generator(TINY)
    with torch.no_grad():
        for seed in range(3):
            generator(generator.noise(2, seed), GRID)
    return generator.eval()


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_contract():
    check_generator(TganV2Generator, TINY, objective=TganV2Objective.Config(widths=(4, 8, 8, 8, 8)))


def test_motionkit_finds_it_by_its_name():
    assert registry.load("generator", "tganv2") is TganV2Generator


def test_it_has_the_parameters_of_the_original():
    with torch.device("meta"):
        generator = TganV2Generator(TganV2Generator.Config())
        objective = TganV2Objective(TganV2Objective.Config(), generator)
        assert parameters(generator) == 88_032_460
        assert [parameters(critic) for critic in objective.critics] == 4 * [29_019_265]


def test_at_64_pixels_only_the_first_layer_is_smaller():
    """It leads to one pixel of 1024 channels, not to nine; a convolution does not know the size of its pictures."""
    with torch.device("meta"):
        generator = TganV2Generator(TganV2Generator.Config(image_size=64))
    assert generator.config.frames == 16
    assert parameters(generator) == 88_032_460 - 8 * 1024 * (256 + 1) == 85_927_116


@pytest.mark.parametrize(("size", "frames"), [(64, 16), (128, 8)])
def test_each_level_has_half_of_the_frames_and_twice_the_size(size, frames):
    generator = TganV2Generator(TINY.model_copy(update={"image_size": size, "frames": frames})).eval()
    levels = generator(generator.noise(2, seed=0), frame_times(frames / 16, 16), dropping=rng())
    shapes = [(2, frames // 2**level, 3, size // 8 * 2**level, size // 8 * 2**level) for level in range(4)]
    assert [tuple(level.shape) for level in levels] == shapes


@torch.no_grad()
def test_the_frames_of_the_last_level_are_every_eighth_of_all_that_it_can_show(generator):
    noise = generator.noise(2, seed=0)
    everything = generator(noise, GRID)
    assert everything.shape == (2, 16, 3, 64, 64)
    starts = set()
    for seed in range(40):
        last = generator(noise, GRID, dropping=rng(seed))[-1]
        (start,) = [start for start in range(8) if torch.allclose(everything[:, start::8], last, atol=1e-6)]
        starts.add(start)
    assert starts == set(range(8))


@torch.no_grad()
def test_no_two_frames_are_alike(generator):
    """Else the test above would find more than one start, and a clip would stand still."""
    video = generator(generator.noise(1, seed=0), GRID)[0]
    assert min(float((one - other).abs().max()) for one, other in pairwise(video)) > 1e-4


def test_dropping_is_decided_by_its_generator(generator):
    noise = generator.noise(1, seed=0)
    one, two = (generator(noise, GRID, dropping=rng(3)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))


def test_at_each_time_the_nearest_frame_is_shown(generator):
    noise = generator.noise(2, seed=0)
    grid = generator(noise, GRID)
    times = torch.tensor([0.0, 0.09, 0.098, 0.5, 0.97, 1.0])
    assert torch.equal(generator(noise, times), grid[:, [0, 0, 1, 7, 15, 15]])
    own = torch.stack([times, times / 2])
    assert torch.equal(generator(noise, own)[1], grid[1, [0, 0, 0, 3, 7, 7]])
    with pytest.raises(ConfigError, match=r"clips of 16 frames at 16 a second, 1 s, but a frame at 1\.1 s"):
        generator(noise, torch.tensor([0.5, 1.1]))


def test_noise_is_uniform_between_minus_1_and_1(generator):
    noise = generator.sample_noise("video", 2000, rng())
    assert noise.min() >= -1 and noise.max() <= 1
    assert abs(float(noise.mean())) < 0.02 and abs(float(noise.var()) - 1 / 3) < 0.01


@torch.no_grad()
def test_the_recurrence_is_that_of_an_lstm_fed_once_and_with_zeros_after():
    """On maps of one pixel only the middle of each kernel counts, which leaves the textbook's LSTM."""
    torch.manual_seed(0)
    ours, theirs = ConvLSTM(4, side=1, frames=5), nn.LSTM(4, 4, batch_first=True)
    theirs.weight_ih_l0.copy_(ours.input.weight[:, :, 1, 1])
    theirs.weight_hh_l0.copy_(ours.recurrent.weight[:, :, 1, 1])
    theirs.bias_ih_l0.copy_(ours.input.bias)
    theirs.bias_hh_l0.zero_()
    # Torch orders its gates input, forget, cell, output; ours are input, forget, output, cell.
    for weights in theirs.parameters():
        enter, keep, leave, new = weights.chunk(4)
        weights.copy_(torch.cat([enter, keep, new, leave]))
    first_BC = torch.randn(3, 4)
    fed_BTC = torch.cat([first_BC[:, None], torch.zeros(3, 4, 4)], dim=1)
    torch.testing.assert_close(ours(first_BC[..., None, None])[..., 0, 0], theirs(fed_BTC)[0])


@torch.no_grad()
def test_clips_still_differ_at_the_end_before_any_training():
    torch.manual_seed(0)
    states_BTCHW = ConvLSTM(64, side=1, frames=16)(torch.randn(32, 64, 1, 1))
    spread_T = states_BTCHW.std(dim=0).mean(dim=(1, 2, 3))
    assert spread_T[-1] > 0.2 * spread_T[0]
