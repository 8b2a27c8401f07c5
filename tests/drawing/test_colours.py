"""Colours that can be told apart."""

import numpy as np
import pytest

from motionkit.drawing.colours import blend, mix, random_colour, unlike
from motionkit.drawing.random import uniform_from


def test_random_numbers_lie_between_their_limits():
    uniform = uniform_from(iter([0.0, 0.25, 0.5]))
    assert [uniform(0, 1), uniform(2, 4), uniform(-1, 1)] == [0, 2.5, 0]


def test_the_first_colour_that_differs_enough_is_taken_or_else_the_one_that_differs_most():
    grey, near, far = (0.5, 0.5, 0.5), (0.5, 0.5, 0.7), (0.5, 0.5, 0.9)
    draws = iter([grey, near, far, (1.0, 1.0, 1.0)])
    assert unlike([grey], lambda: next(draws)) == far
    draws = iter([grey, near, grey])
    assert unlike([grey], lambda: next(draws), tries=2) == near


def test_a_colour_is_drawn_in_the_order_hue_saturation_value():
    numbers = uniform_from(iter([0.0, 1.0, 0.5]))
    assert random_colour(numbers, saturation=(0.0, 0.5), value=(0.0, 1.0)) == pytest.approx((0.5, 0.25, 0.25))


def test_colours_between_two():
    black, white = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    assert mix(black, white, 0.25) == (0.25, 0.25, 0.25)
    np.testing.assert_array_equal(blend(black, white, np.array([0.0, 0.5, 1.0], np.float32)), [[0, 0.5, 1]] * 3)
