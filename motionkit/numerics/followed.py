"""One figure followed through moments at which several were found."""

import itertools
from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

LONGEST_ABSENCE = 10
"""Moments for which a figure may be missing and still be the same."""

FARTHEST = 1.0
"""Body sizes that a figure's keypoints may move on average from one moment to the next, and still be the same."""

FORBIDDEN = 1e9
"""The cost of what may not be."""


def followed(moments_N: np.ndarray, points_NK3: np.ndarray, tracks: Sequence[str] | None = None) -> np.ndarray:
    """Which of the figures belong to the one that is followed, (N,) of bool, at most one at each moment.

    Figures become tracks: by who they are, where that is told and no two of a moment are the same, else by how near
    they are to where each was before. Followed is the track that is seen longest and largest, by the sum over its
    moments of a figure's size times its confidence; where it is missing for more than ten moments, the next such track.

    Args:
        moments_N: numbers or seconds, in any order.
        points_NK3: x, y and confidence; NaN, NaN and 0 where a keypoint was not seen.
        tracks: who each figure is.
    """
    _, steps_N = np.unique(moments_N, return_inverse=True)
    if len(np.unique(steps_N)) == len(steps_N):
        return np.ones(len(steps_N), bool)
    if tracks is None or len(set(zip(steps_N.tolist(), tracks, strict=True))) < len(tracks):
        tracks_N = _linked(steps_N, points_NK3)
    else:
        _, tracks_N = np.unique(np.array(tracks), return_inverse=True)
    weights_N = _sizes(points_NK3) * points_NK3[..., 2].mean(1)
    order = np.argsort(-np.bincount(tracks_N, weights_N), kind="stable")
    covered, chosen_N = np.zeros(steps_N.max() + 1, bool), np.zeros(len(steps_N), bool)
    for track in order:
        mine = np.flatnonzero((tracks_N == track) & ~covered[steps_N])
        chosen_N[mine] = True
        mine_steps = np.sort(steps_N[mine])
        covered[mine_steps] = True
        for before, after in itertools.pairwise(mine_steps):
            if after - before <= LONGEST_ABSENCE:
                covered[before:after] = True
    return chosen_N


def _linked(steps_N: np.ndarray, points_NK3: np.ndarray) -> np.ndarray:
    """The number of each figure's track, (N,), by the nearest way from moment to moment."""
    sizes_N = _sizes(points_NK3)
    tracks_N = np.zeros(len(steps_N), int)
    latest: list[int] = []  # of each track, its last figure
    for step in range(steps_N.max() + 1):
        here = np.flatnonzero(steps_N == step)
        alive = [track for track, last in enumerate(latest) if step - steps_N[last] <= LONGEST_ABSENCE]
        cost = np.full((len(here), len(alive)), FORBIDDEN)
        for row, figure in enumerate(here):
            for column, track in enumerate(alive):
                last = latest[track]
                away = _distance(points_NK3[figure], points_NK3[last]) / max(sizes_N[figure], sizes_N[last], 1e-9)
                if away <= FARTHEST * (step - steps_N[last]):
                    cost[row, column] = away
        for row, column in zip(*linear_sum_assignment(cost), strict=True):
            if cost[row, column] < FORBIDDEN:
                tracks_N[here[row]] = alive[column]
                latest[alive[column]] = here[row]
                here[row] = -1
        for figure in here[here >= 0]:
            tracks_N[figure] = len(latest)
            latest.append(int(figure))
    return tracks_N


def _sizes(points_NK3: np.ndarray) -> np.ndarray:
    """The root-mean-square distance of each figure's keypoints from their mean; 0 where none was seen."""
    seen_NK1 = np.isfinite(points_NK3[..., :1])
    places_NK2 = np.where(seen_NK1, points_NK3[..., :2], 0)
    count_N1 = np.maximum(seen_NK1.sum(1), 1)
    from_mean_NK2 = (places_NK2 - (places_NK2.sum(1) / count_N1)[:, None]) * seen_NK1
    sizes: np.ndarray = np.sqrt((from_mean_NK2**2).sum((1, 2)) / count_N1[:, 0])
    return sizes


def _distance(one_K3: np.ndarray, other_K3: np.ndarray) -> float:
    """The mean distance of the keypoints that both have; infinite where there are none."""
    away_K = np.linalg.norm(one_K3[:, :2] - other_K3[:, :2], axis=-1)
    return float(np.nanmean(away_K)) if np.isfinite(away_K).any() else np.inf
