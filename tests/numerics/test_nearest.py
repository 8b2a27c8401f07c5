"""Recorded moments near to those asked for."""

import numpy as np
import pytest

from motionkit.numerics.nearest import distinct_nearest


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([0.0, 1.0, 2.0], [0, 1, 2]),
        ([0.0, 0.1, 0.2], [0, 1, 2]),
        ([3.9, 3.95, 4.0], [2, 3, 4]),
        ([1.4, 1.6, 1.7, 9.0], [1, 2, 3, 4]),
        ([0.0, 2.9, 3.0, 3.1, 4.0], [0, 1, 2, 3, 4]),
    ],
)
def test_distinct_nearest(asked, expected):
    assert distinct_nearest(np.arange(5.0), np.array(asked)).tolist() == expected


def test_distinct_nearest_always_ascends_and_is_nearest_where_it_can_be():
    generator = np.random.default_rng(0)
    for _ in range(200):
        recorded = np.cumsum(generator.uniform(0.01, 0.2, 30))
        asked = np.sort(generator.uniform(recorded[0], recorded[-1], generator.integers(1, 31)))
        chosen = distinct_nearest(recorded, asked)
        assert len(chosen) == len(asked) and (np.diff(chosen) > 0).all() and chosen[0] >= 0 and chosen[-1] < 30
        nearest = np.abs(recorded[:, None] - asked).argmin(0)
        if (np.diff(nearest) > 0).all():
            np.testing.assert_array_equal(chosen, nearest)
