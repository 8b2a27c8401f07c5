"""The keypoints of one figure through a clip, as they are written for other programs."""

from typing import NamedTuple

import numpy as np

from motionkit.interfaces import Skeleton


class Track(NamedTuple):
    """One figure's keypoints in each frame of a clip.

    Attributes:
        name: of the clip's files, without an ending.
        skeleton: what the K keypoints are.
        times_T: when each frame is shown, in seconds since the first.
        points_TK3: x and y in pixels of the frames, where 0 is the centre of the first pixel, and a confidence in
            [0, 1]; NaN, NaN and 0 where a keypoint has no place.
        size: width and height of the frames in pixels.
    """

    name: str
    skeleton: Skeleton
    times_T: np.ndarray
    points_TK3: np.ndarray
    size: tuple[int, int]

    @classmethod
    def of(
        cls,
        name: str,
        skeleton: Skeleton,
        times_T: np.ndarray,
        keypoints_TK2: np.ndarray,
        confidence_TK: np.ndarray,
        size: tuple[int, int],
    ) -> "Track":
        """The track of keypoints in [-1, 1] across the frames; times count from any moment on."""
        points_TK2 = ((keypoints_TK2.astype(float) + 1) * size - 1) / 2
        points_TK3 = np.concatenate([points_TK2, confidence_TK.astype(float)[..., None]], -1)
        points_TK3[~np.isfinite(points_TK3).all(-1)] = np.nan, np.nan, 0.0
        return cls(name, skeleton, np.asarray(times_T, float) - times_T[0], points_TK3, size)
