import math

import pytest
import torch

from motionkit.numerics.derivatives import MARGIN, central_difference, divided_difference

UNEVEN = torch.tensor([0.0, 0.1, 0.15, 0.4, 0.5, 1.1], dtype=torch.float64)


@pytest.mark.parametrize("order", [1, 2])
def test_a_power_as_high_as_the_order_has_its_factorial_at_any_times(order: int) -> None:
    found = divided_difference((3 * UNEVEN**order)[None], UNEVEN, order)
    truth = torch.full((1, 6 - order), 3.0 * math.factorial(order), dtype=torch.float64)
    torch.testing.assert_close(found, truth)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_at_even_times_it_is_the_finite_difference_over_the_steps_power(order: int) -> None:
    times_T = torch.arange(20, dtype=torch.float64) / 8
    values = torch.randn(2, 20, 3, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    torch.testing.assert_close(divided_difference(values, times_T, order), values.diff(n=order, dim=1) * 8**order)


def test_each_clip_can_have_times_of_its_own() -> None:
    times_BT = torch.stack([UNEVEN, 2 * UNEVEN])
    values_BTK2 = times_BT[:, :, None, None] ** 2 * torch.tensor([1.0, -2.0], dtype=torch.float64)
    found = divided_difference(values_BTK2, times_BT, order=2)
    torch.testing.assert_close(found, torch.tensor([2.0, -4.0], dtype=torch.float64).expand(2, 4, 1, 2))


@pytest.mark.parametrize("moments", [1, 2, 3])
def test_as_many_moments_are_lost_as_the_order_says(moments: int) -> None:
    found = divided_difference(torch.zeros(2, moments, 5), UNEVEN[:moments], order=2)
    assert found.shape == (2, max(0, moments - 2), 5)


def test_the_central_difference_is_exact_for_polynomials_of_the_sixth_degree() -> None:
    times_T = torch.linspace(0, 2, 21, dtype=torch.float64)
    truth = 6 * times_T**5 - 2 * times_T
    found = central_difference((times_T**6 - times_T**2)[None], times_T)[0]
    torch.testing.assert_close(found, truth[MARGIN:-MARGIN], atol=1e-10, rtol=0)


def test_the_central_difference_errs_by_the_seventh_derivative_over_140() -> None:
    step = 0.1
    times_T = step * torch.arange(-3, 4, dtype=torch.float64)
    assert float(central_difference(times_T[None] ** 7, times_T)) == pytest.approx(step**6 * math.factorial(7) / 140)
