"""Values between knots: exact where they must be, linear in a clip's length, and clear about bad times."""

import pytest
import torch

from motionkit.interfaces import ConfigError, NonFiniteError
from motionkit.numerics.knots import KnotGrid, OneInterval


def cubic(times: torch.Tensor) -> torch.Tensor:
    return 2 * times**3 - times**2 + 3 * times - 1


def cubic_slope(times: torch.Tensor) -> torch.Tensor:
    return 6 * times**2 - 2 * times + 3


def test_hermite_reproduces_a_cubic_at_shared_and_own_times():
    per_second, clips = 5, 3
    for times in (torch.linspace(0, 2, 23), torch.sort(torch.rand(clips, 9) * 2, dim=-1).values):
        grid = KnotGrid(times, clips, per_second)
        knots_S = torch.arange(grid.steps + 1, dtype=torch.float64) / per_second
        scale_BD = torch.rand(clips, 2, dtype=torch.float64)
        values_SBD = cubic(knots_S)[:, None, None] * scale_BD
        slopes_SBD = cubic_slope(knots_S)[:, None, None] * scale_BD / per_second
        expected_BTD = cubic(times.double().expand(clips, -1))[..., None] * scale_BD[:, None]
        torch.testing.assert_close(grid.cubic_hermite(values_SBD, slopes_SBD), expected_BTD)


def test_linear_meets_the_knots_and_the_middle_between_them():
    values_SBD = torch.tensor([0.0, 1.0, 5.0]).reshape(3, 1, 1)
    grid = KnotGrid(torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0]), 1, per_second=2)
    assert grid.linear(values_SBD).flatten().tolist() == [0.0, 0.5, 1.0, 3.0, 5.0]


@pytest.mark.parametrize("own_times", [False, True])
def test_gradients_agree_with_finite_differences(own_times: bool):
    times = torch.tensor([[0.0, 0.1, 0.9], [0.3, 0.3, 1.0]]) if own_times else torch.tensor([0.0, 0.1, 0.3, 1.0])
    grid = KnotGrid(times, 2, per_second=3)
    values_SBD, slopes_SBD = torch.randn(2, 4, 2, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(grid.cubic_hermite, (values_SBD, slopes_SBD))
    assert torch.autograd.gradcheck(grid.linear, (values_SBD,))


def test_the_number_of_knots_follows_the_seconds_and_not_the_frames():
    def steps(seconds: float, frames: int) -> int:
        return KnotGrid(torch.linspace(0, seconds, frames), 1, per_second=24).steps

    assert steps(1, 16) == steps(1, 1024) == 24
    assert steps(1.01, 16) == 25
    assert steps(10, 16) == 240
    assert KnotGrid(torch.zeros(1), 1, per_second=24).steps == 1  # one interval, even where only time 0 is asked for


@pytest.mark.parametrize(
    ("times", "message"),
    [
        (torch.zeros(2, 3, 4), r"shape \(T,\) or \(3, T\).*got \(2, 3, 4\)"),
        (torch.zeros(2, 5), r"shape \(T,\) or \(3, T\).*got \(2, 5\)"),
        (torch.zeros(0), r"got \(0,\)"),
        (torch.tensor(1.0), r"got \(\)"),
        (torch.tensor([0.0, torch.nan]), "NaN"),
        (torch.tensor([0.0, torch.inf]), "infinite"),
        (torch.tensor([-0.5, 1.0]), "at least 0 seconds, but the smallest is -0.5"),
        (torch.tensor([0.0, 1.0, 0.75]), "ascend, but 1 s is followed by 0.75 s"),
        (torch.tensor([[0.0, 1.0], [0.0, 1.0], [2.0, 1.5]]), "ascend, but 2 s is followed by 1.5 s"),
    ],
)
def test_bad_times_are_refused_in_words(times: torch.Tensor, message: str):
    with pytest.raises(ConfigError, match=message):
        KnotGrid(times, 3, per_second=4)


def test_a_bad_value_is_named_by_its_time_and_clip():
    values_SBD = torch.zeros(5, 2, 3)
    values_SBD[3:, 1, 2] = torch.nan
    values_SBD[4, 0, 0] = torch.inf
    grid = KnotGrid(torch.tensor([1.0]), 2, per_second=4)
    with pytest.raises(NonFiniteError, match=r"^rk4: the state of clip 1 is not finite at 0\.75 s; do less\.$"):
        grid.require_finite(values_SBD, "rk4", "do less")


def test_one_interval_is_that_of_a_longer_grid():
    part_B = torch.tensor([0.0, 0.25, 1.0], dtype=torch.float64)
    values_SBD, slopes_SBD = torch.randn(2, 2, 3, 4, dtype=torch.float64)
    grid, one = KnotGrid(part_B[:, None] / 8, 3, per_second=8), OneInterval(part_B, 8)
    assert one.steps == grid.steps == 1
    torch.testing.assert_close(one.linear(values_SBD), grid.linear(values_SBD))
    torch.testing.assert_close(one.cubic_hermite(values_SBD, slopes_SBD), grid.cubic_hermite(values_SBD, slopes_SBD))
