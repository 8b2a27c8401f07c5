import math

import pytest
import torch
from torch import Tensor

from motionkit.interfaces import COCO17, Clips, ConfigError
from motionkit.metrics.repetition import Repetition, returns

TIMES = torch.arange(1, 65, dtype=torch.float64) / 16


def of(path_T: Tensor) -> float:
    """Of one joint that moves along x."""
    return float(returns(torch.stack([path_T, torch.zeros_like(path_T)], -1)[None, :, None]))


def wave(period: float) -> Tensor:
    return 0.5 * torch.sin(2 * math.pi * TIMES / period)


@pytest.mark.parametrize("period", [0.25, 0.5, 1.0, 1.25, 1.875])
def test_a_loop_closes_whatever_its_period(period: float) -> None:
    assert of(wave(period)) == pytest.approx(1, abs=1e-9)


def test_frames_that_miss_the_period_cost_what_they_miss() -> None:
    period = 1 + 1 / 32  # half a frame from either lag
    missed = 1 - math.cos(2 * math.pi / 32 / period)
    assert 0 < 1 - of(wave(period)) < 1.2 * missed


def test_what_does_not_come_back_within_half_a_piece_is_no_loop() -> None:
    assert of(wave(3.0)) == 0
    assert of(TIMES) == 0
    assert of(TIMES.square()) == 0
    assert of(torch.exp(-TIMES)) == 0


def test_what_stands_still_is_no_loop() -> None:
    assert of(torch.full_like(TIMES, 0.3)) == 0
    assert of(0.3 + 1e-5 * wave(1.0)) == 0


def test_two_rhythms_that_never_meet_repeat_less_than_one() -> None:
    both = wave(1.0) + wave(math.sqrt(2) / 2)
    assert 0.3 < of(both) < 0.95


def test_random_poses_hardly_repeat() -> None:
    rng = torch.Generator().manual_seed(0)
    poses = torch.randn(20, 64, 17, 2, generator=rng)
    assert float(returns(poses).max()) < 0.2


def test_it_takes_frames_enough_for_a_lag_between_two() -> None:
    metric = Repetition(Repetition.Config(), COCO17)
    with pytest.raises(ConfigError, match="it takes 8 frames, but the clips have 7"):
        metric.features(Clips(TIMES[:7], torch.zeros(1, 7, 17, 2)))
    assert metric.features(Clips(TIMES[:8], torch.zeros(3, 8, 17, 2))).tolist() == [[0], [0], [0]]
    assert metric.seconds == 4
