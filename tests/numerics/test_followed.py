"""One figure followed among several."""

import numpy as np
import pytest

from motionkit.numerics.followed import LONGEST_ABSENCE, followed

SHAPE_K2 = np.random.default_rng(0).uniform(-1, 1, (8, 2))


def figure(x: float, size: float = 1.0, confidence: float = 0.9) -> np.ndarray:
    """A figure of eight keypoints at a place, (K, 3)."""
    return np.concatenate([SHAPE_K2 * size + [x, 0], np.full((8, 1), confidence)], -1)


def test_one_figure_a_moment_is_the_one() -> None:
    points_NK3 = np.stack([figure(x) for x in (0, 50, 3)])  # wherever it is: gates judge jumps
    assert followed(np.array([0, 1, 5]), points_NK3).all()
    assert followed(np.zeros(0, int), np.zeros((0, 8, 3))).shape == (0,)


@pytest.mark.parametrize("tracks", [True, False])
def test_the_largest_is_followed_when_two_cross_and_are_listed_in_any_order(tracks: bool) -> None:
    draw = np.random.default_rng(1)
    large = [(step, figure(step, 4.0), "a") for step in range(20)]
    small = [(step, figure(19 - step, 2.0), "b") for step in range(20)]
    found = [*large, *small]
    order = draw.permutation(len(found))
    moments, points, who = zip(*(found[index] for index in order), strict=True)
    chosen_N = followed(np.array(moments), np.stack(points), who if tracks else None)
    assert {who[index] for index in np.flatnonzero(chosen_N)} == {"a"} and chosen_N.sum() == 20


def test_who_is_told_twice_of_a_moment_is_not_believed() -> None:
    points_NK3 = np.stack([figure(x, size) for _ in range(5) for x, size in ((0, 3.0), (40, 1.0))])
    chosen_N = followed(np.repeat(np.arange(5), 2), points_NK3, ["0"] * 10)
    assert chosen_N.tolist() == [True, False] * 5


def test_another_takes_the_place_of_one_who_has_left_but_not_of_one_who_is_hidden() -> None:
    bystander = [(step, figure(60, 1.0), "b") for step in range(40)]
    gaps = set(range(10, 13)) | set(range(30, 40))
    dancer = [(step, figure(0, 3.0), "a") for step in range(40) if step not in gaps]
    moments, points, who = zip(*bystander, *dancer, strict=True)
    for tracks in (who, None):
        chosen_N = followed(np.array(moments), np.stack(points), tracks)
        by_step = {moments[index]: who[index] for index in np.flatnonzero(chosen_N)}
        assert [step for step in range(40) if step not in by_step] == [10, 11, 12]
        assert {by_step[step] for step in range(30) if step in by_step} == {"a"}
        assert {by_step[step] for step in range(30, 40)} == {"b"}
    assert LONGEST_ABSENCE == 10


def test_keypoints_that_are_not_seen_do_not_matter() -> None:
    points_NK3 = np.stack([figure(x, size) for _ in range(6) for x, size in ((0, 3.0), (30, 1.0))])
    points_NK3[4, 3] = np.nan, np.nan, 0
    points_NK3[6] = np.nan, np.nan, 0
    chosen_N = followed(np.repeat(np.arange(6), 2), points_NK3)
    assert chosen_N[[0, 2, 4, 8, 10]].all() and not chosen_N[1::2].any()
