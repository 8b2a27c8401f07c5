"""A generator's grid: where its frames lie, and which of them is shown at a time."""

import pytest
import torch

from motionkit.interfaces import ConfigError, Grid
from motionkit.numerics.timeline import frame_times


@pytest.mark.parametrize("grid", [Grid(16, 16), Grid(30, 29.97), Grid(1, 8)])
def test_its_frames_lie_where_frame_times_puts_them_and_the_last_ends_it(grid: Grid) -> None:
    assert torch.equal(grid.times_T, frame_times(grid.seconds, grid.fps))
    assert grid.times_T.shape == (grid.frames,)
    assert float(grid.times_T[-1]) == pytest.approx(grid.seconds)


@pytest.mark.parametrize("grid", [Grid(16, 16), Grid(300, 29.97), Grid(1000, 60)])
def test_at_its_own_times_each_frame_is_shown_once(grid: Grid) -> None:
    assert torch.equal(grid.nearest(grid.times_T), torch.arange(grid.frames))


def test_between_two_frames_the_nearer_is_shown_and_before_the_first_the_first() -> None:
    grid = Grid(frames=4, fps=10)
    times = torch.tensor([[0.0, 0.04, 0.1, 0.14], [0.16, 0.26, 0.34, 0.4]])
    assert grid.nearest(times).tolist() == [[0, 0, 0, 0], [1, 2, 2, 3]]


def test_a_time_after_the_last_frame_is_refused_but_rounding_is_not() -> None:
    grid = Grid(frames=16, fps=16)
    assert grid.nearest(torch.tensor([0.5, 1.00001])).tolist() == [7, 15]
    message = r"makes clips of 16 frames at 16 a second, 1 s, but a frame at 1\.1 s was asked for"
    with pytest.raises(ConfigError, match=message):
        grid.nearest(torch.tensor([[0.5, 1.1], [0.1, 0.2]]))
