import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from motionkit.interfaces import COCO17, Clips, ConfigError
from motionkit.metrics.horizon import Horizon

GRID = torch.arange(1, 17, dtype=torch.float64) / 16
RADIUS = 0.5
HOUR = 3600.0

Motion = Callable[[Tensor, Tensor], Tensor]
"""Of phases (B, 1) and times (T,): the place of one joint, (B, T, 2)."""


def rotation(phase_B1: Tensor, times_T: Tensor) -> Tensor:
    """Once around in a second."""
    angle_BT = phase_B1 + 2 * math.pi * times_T
    return RADIUS * torch.stack([angle_BT.cos(), angle_BT.sin()], dim=-1)


def phases(seed: int) -> Tensor:
    return 2 * math.pi * torch.rand(200, 1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def found(motion: Motion, start: float) -> dict[str, float]:
    """What is said of a piece of a motion that begins there, beside real rotations."""
    metric = Horizon(Horizon.Config(), COCO17)
    real_ND = metric.features(Clips(GRID, rotation(phases(0), GRID)[:, :, None]))
    other_MD = metric.features(Clips(GRID, motion(phases(1), start + GRID)[:, :, None]))
    return {"score": metric.score(real_ND, other_MD), **metric.figures(real_ND, other_MD)}


@pytest.mark.parametrize("start", [0.0, 1.0, 9.0, HOUR])
def test_a_rotation_never_leaves_and_is_as_fast_after_an_hour(start: float) -> None:
    it = found(rotation, start)
    assert it["largest coordinate"] == pytest.approx(RADIUS, rel=1e-3)
    assert it["speed / real"] == pytest.approx(1, rel=1e-9)
    assert it["diversity / real"] == pytest.approx(1, abs=0.05)
    assert it["score"] < 0.1 < RADIUS**2 * len(GRID)  # the whole variance of a rotation


def test_a_motion_that_runs_away_is_seen_to() -> None:
    def away(phase_B1: Tensor, times_T: Tensor) -> Tensor:
        return rotation(phase_B1, times_T) + torch.stack([0.25 * times_T, torch.zeros_like(times_T)], dim=-1)

    assert found(away, 9.0)["largest coordinate"] == pytest.approx(0.25 * 10 + RADIUS, abs=0.05)
    scores = [found(away, start)["score"] for start in (0.0, 1.0, 3.0, 9.0)]
    assert scores == sorted(scores)
    assert scores[-1] == pytest.approx(sum((0.25 * (9 + time)) ** 2 for time in GRID.tolist()), rel=0.05)


def test_a_motion_that_comes_to_rest_has_no_speed() -> None:
    def resting(phase_B1: Tensor, times_T: Tensor) -> Tensor:
        return rotation(phase_B1, times_T.clamp(max=1))

    assert found(resting, 0.0)["speed / real"] == pytest.approx(1)
    assert found(resting, 1.0)["speed / real"] == 0
    assert found(resting, 3.0)["score"] > 10 * found(rotation, 3.0)["score"]


def test_motions_that_end_the_same_have_no_diversity() -> None:
    def merging(phase_B1: Tensor, times_T: Tensor) -> Tensor:
        return rotation(phase_B1 * torch.exp(-times_T), times_T)

    assert found(merging, 9.0)["diversity / real"] < 1e-3
    assert found(merging, 9.0)["speed / real"] == pytest.approx(1, rel=0.01)


def test_a_speed_takes_two_frames() -> None:
    with pytest.raises(ConfigError, match="two frames, but the clips have one"):
        Horizon(Horizon.Config(), COCO17).features(Clips(torch.ones(1), torch.zeros(1, 1, 17, 2)))


@pytest.mark.parametrize("starts", [(), (-1.0, 0.0), (1.0, 1.0), (9.0, 3.0)])
def test_pieces_that_do_not_follow_each_other_are_refused(starts: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"at least 1 item|each later than the last"):
        Horizon.Config(starts=starts)
