"""Joints that were not measured in some frames: told from those that were, and interpolated where that is short."""

import numpy as np


def longest_gap(times_T: np.ndarray, seconds: float) -> float:
    """The longest time that interpolation bridges: ``seconds``, or that between two frames of a slow video."""
    # 1.5 lets the video's clock jitter.
    return max(seconds, 1.5 * float(np.median(np.diff(times_T))) if len(times_T) > 1 else 0.0) + 1e-9


def without_guesses(
    times_T: np.ndarray, keypoints_TK2: np.ndarray, confidence_TK: np.ndarray, guess: float, sure: float, gap: float
) -> np.ndarray:
    """The keypoints with NaN for the joints that are unseen, and for those that interpolation knows better.

    Args:
        times_T: seconds, ascending.
        keypoints_TK2: NaN where no figure was found.
        confidence_TK: in [0, 1].
        guess: a joint less sure, or of confidence 0, is unseen.
        sure: a joint less sure is a guess. It stays where there is nothing better: it does not, where it is sure at a
            moment before and one after that are at most ``gap`` apart.
        gap: seconds.
    """
    keypoints_TK2 = keypoints_TK2.copy()
    for joint, confidence_T in enumerate(confidence_TK.T):
        unseen_T, sure_T = (confidence_T <= 0) | (confidence_T < guess), confidence_T >= sure
        _, _, span_T = _neighbours(times_T, sure_T)
        keypoints_TK2[unseen_T | (~sure_T & (span_T <= gap)), joint] = np.nan
    return keypoints_TK2


def with_joints_filled(
    times_T: np.ndarray, keypoints_TK2: np.ndarray, confidence_TK: np.ndarray, gap: float
) -> tuple[np.ndarray, np.ndarray]:
    """Keypoints and confidences with each joint that is NaN interpolated in time, where ``gap`` seconds allow it.

    An interpolated joint is half as sure as the less sure of its two ends (our choice): it is near the truth, but
    nobody saw it. What is NaN for longer, or at either end, stays so.
    """
    if np.isfinite(keypoints_TK2).all():
        return keypoints_TK2, confidence_TK
    keypoints_TK2, confidence_TK = keypoints_TK2.copy(), confidence_TK.copy()
    for joint in range(confidence_TK.shape[1]):
        points_T2, surety_T = keypoints_TK2[:, joint], confidence_TK[:, joint]
        found_T = np.isfinite(points_T2).all(axis=-1)
        before_T, after_T, span_T = _neighbours(times_T, found_T)
        fills = np.flatnonzero(~found_T & (span_T <= gap))
        before, after = before_T[fills], after_T[fills]
        share = (times_T[fills] - times_T[before]) / span_T[fills]
        points_T2[fills] = points_T2[before] + (points_T2[after] - points_T2[before]) * share[:, None]
        surety_T[fills] = np.minimum(surety_T[before], surety_T[after]) / 2
    return keypoints_TK2, confidence_TK


def _neighbours(times_T: np.ndarray, known_T: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each frame, the last one until then and the first from then on in which a joint is known.

    And the seconds between those two: infinite where there are not both, and the frames' numbers mean nothing.
    """
    frames = len(times_T)
    numbers_T = np.arange(frames)
    before_T = np.maximum.accumulate(np.where(known_T, numbers_T, -1))
    after_T = np.minimum.accumulate(np.where(known_T, numbers_T, frames)[::-1])[::-1]
    both_T = (before_T >= 0) & (after_T < frames)
    before_T, after_T = before_T.clip(min=0), after_T.clip(max=max(frames - 1, 0))
    return before_T, after_T, np.where(both_T, times_T[after_T] - times_T[before_T], np.inf)
