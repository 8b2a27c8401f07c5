"""Ways along a sphere."""

import math

import pytest
import torch

from motionkit.numerics.great_circle import great_circle


def test_the_direction_turns_evenly_and_the_length_stays() -> None:
    way_SD = great_circle(torch.tensor([2.0, 0.0]), torch.tensor([0.0, 2.0]), torch.linspace(0, 1, 4))
    angles = torch.atan2(way_SD[:, 1], way_SD[:, 0])
    torch.testing.assert_close(angles, torch.linspace(0, math.pi / 2, 4))
    torch.testing.assert_close(way_SD.norm(dim=1), torch.full((4,), 2.0))


def test_noise_on_the_way_is_as_long_as_noise() -> None:
    start_D, end_D = torch.randn(2, 512, generator=torch.Generator().manual_seed(0))
    middle_D = great_circle(start_D, end_D, torch.tensor([0.5]))[0]
    assert float(middle_D.norm()) == pytest.approx(math.sqrt(512), rel=0.05)
    assert torch.lerp(start_D, end_D, 0.5).norm() < 0.8 * math.sqrt(512)  # what a straight line would do


def test_ends_are_the_ends_and_lengths_between_are_between() -> None:
    start_D, end_D = torch.tensor([3.0, 0.0, 0.0]), torch.tensor([0.0, 0.5, 0.5])
    way_SD = great_circle(start_D, end_D, torch.tensor([0.0, 0.5, 1.0]))
    torch.testing.assert_close(way_SD[[0, 2]], torch.stack([start_D, end_D]))
    assert float(way_SD[1].norm()) == pytest.approx((3 + math.sqrt(0.5)) / 2)


def test_the_same_direction_twice_is_a_straight_way() -> None:
    way_SD = great_circle(torch.tensor([1.0, 1.0]), torch.tensor([3.0, 3.0]), torch.tensor([0.0, 0.5, 1.0]))
    torch.testing.assert_close(way_SD, torch.tensor([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]))
