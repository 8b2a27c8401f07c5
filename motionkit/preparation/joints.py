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
    unseen_TK = (confidence_TK <= 0) | (confidence_TK < guess)
    sure_TK = confidence_TK >= sure
    _, _, span_TK = _neighbours(times_T, sure_TK)
    return np.where((unseen_TK | (~sure_TK & (span_TK <= gap)))[..., None], np.nan, keypoints_TK2)


def with_joints_filled(
    times_T: np.ndarray, keypoints_TK2: np.ndarray, confidence_TK: np.ndarray, gap: float
) -> tuple[np.ndarray, np.ndarray]:
    """Keypoints and confidences with each joint that is NaN interpolated in time, where ``gap`` seconds allow it.

    An interpolated joint is half as sure as the less sure of its two ends (our choice): it is near the truth, but
    nobody saw it. What is NaN for longer, or at either end, stays so.
    """
    found_TK = np.isfinite(keypoints_TK2).all(axis=-1)
    before_TK, after_TK, span_TK = _neighbours(times_T, found_TK)
    fills_TK = ~found_TK & (span_TK <= gap)
    if not fills_TK.any():
        return keypoints_TK2, confidence_TK
    joints_TK = np.broadcast_to(np.arange(found_TK.shape[1]), found_TK.shape)
    share_TK = (times_T[:, None] - times_T[before_TK]) / np.where(fills_TK, span_TK, 1)
    start_TK2, end_TK2 = keypoints_TK2[before_TK, joints_TK], keypoints_TK2[after_TK, joints_TK]
    between_TK2 = start_TK2 + (end_TK2 - start_TK2) * share_TK[..., None]
    surety_TK = np.minimum(confidence_TK[before_TK, joints_TK], confidence_TK[after_TK, joints_TK]) / 2
    return np.where(fills_TK[..., None], between_TK2, keypoints_TK2), np.where(fills_TK, surety_TK, confidence_TK)


def _neighbours(times_T: np.ndarray, known_TK: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each frame and joint, the last frame until then and the first from then on in which the joint is known.

    And the seconds between those two: infinite where there are not both, and the frames' numbers mean nothing.
    """
    frames = len(times_T)
    numbers_TK = np.arange(frames)[:, None]
    before_TK = np.maximum.accumulate(np.where(known_TK, numbers_TK, -1), axis=0)
    after_TK = np.minimum.accumulate(np.where(known_TK, numbers_TK, frames)[::-1], axis=0)[::-1]
    both_TK = (before_TK >= 0) & (after_TK < frames)
    before_TK, after_TK = before_TK.clip(min=0), after_TK.clip(max=max(frames - 1, 0))
    return before_TK, after_TK, np.where(both_TK, times_T[after_TK] - times_T[before_TK], np.inf)
