"""Which square of each frame a clip shows: the one in the middle, or one that follows the figure without jitter.

Places in a frame are measured from its middle in halves of its shorter side, the same across and down, so that the
square in the middle has its centre at (0, 0) and the side 2.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image
from pydantic import Field
from scipy.ndimage import gaussian_filter1d

from motionkit.interfaces import ComponentConfig


class CropConfig(ComponentConfig):
    """How the square is chosen."""

    follow: bool = False
    """Follow the figure; otherwise the square is the one in the middle of the frame."""
    room: float = Field(default=1.5, ge=1)
    """The followed square's side, as a multiple of what would just hold the clip's keypoints, which stop at brows,
    wrists and ankles. Room beyond the frame's shorter side is not taken."""
    smooth_seconds: float = Field(default=0.4, gt=0)
    """Standard deviation of the Gaussian in time that smooths the square's path."""


class Crop(NamedTuple):
    """The squares that a clip shows: their centres, and the side that all of them have."""

    centre_T2: np.ndarray
    side: float

    def keypoints(self, keypoints_TK2: np.ndarray) -> np.ndarray:
        """Keypoints in the frames, as they lie across the squares: in [-1, 1] within."""
        return (keypoints_TK2 - self.centre_T2[:, None]) * (2 / self.side)


def in_halves(keypoints_TK2: np.ndarray, shapes_T2: np.ndarray) -> np.ndarray:
    """Keypoints in [-1, 1] across frames of (height, width), measured in halves of the frames' shorter sides."""
    return keypoints_TK2 * extents(shapes_T2)[:, None]


def extents(shapes_T2: np.ndarray) -> np.ndarray:
    """How far frames of (height, width) reach from their middles across and down, (T, 2)."""
    return shapes_T2[:, ::-1] / shapes_T2.min(axis=1, keepdims=True)


def squares(
    times_T: np.ndarray, keypoints_TK2: np.ndarray, sure_TK: np.ndarray, extents_T2: np.ndarray, config: CropConfig
) -> Crop:
    """The squares of one clip that the config asks for; the arguments are those of :func:`follow`."""
    return follow(times_T, keypoints_TK2, sure_TK, extents_T2, config) if config.follow else middle(len(times_T))


def middle(frames: int) -> Crop:
    """The square in the middle of each of so many frames."""
    return Crop(np.zeros((frames, 2)), 2.0)


def follow(
    times_T: np.ndarray, keypoints_TK2: np.ndarray, sure_TK: np.ndarray, extents_T2: np.ndarray, config: CropConfig
) -> Crop:
    """Squares that follow the figure of one clip, each of them holding all keypoints that are sure.

    Their centres are those of the boxes around the keypoints, averaged over time with Gaussian weights. That filter is
    symmetric, so the square is never late; its weights are positive and sum to one, so the square is never faster than
    the boxes are, and stays within the frame where their centres are kept as far from its edges. Where the clip begins
    and ends, the boxes are thought to stand still.

    Args:
        times_T: seconds, ascending.
        keypoints_TK2: finite, measured in halves of the frame's shorter side.
        sure_TK: which keypoints count; if none does in the whole clip, all do.
        extents_T2: how far the frame reaches from its middle, across and down.
        config: how much room there is around the figure, and how smooth the path is.
    """
    sure_TK = sure_TK if sure_TK.any() else np.ones_like(sure_TK)
    steady_TJ2 = _steady(times_T, keypoints_TK2, sure_TK)
    low_T2, high_T2 = steady_TJ2.min(axis=1), steady_TJ2.max(axis=1)
    # A clip of one frame has no rhythm, and nothing to smooth.
    frames = config.smooth_seconds / float(np.median(np.diff(times_T))) if len(times_T) > 1 else 1.0

    def smoothed(centre_T2: np.ndarray) -> np.ndarray:
        return np.asarray(gaussian_filter1d(centre_T2, frames, axis=0, mode="nearest"))

    def needed(centre_T2: np.ndarray) -> float:
        return 2 * float(np.maximum(high_T2 - centre_T2, centre_T2 - low_T2).max())

    centre_T2 = smoothed((low_T2 + high_T2) / 2)
    tight = max(needed(centre_T2), 1e-3)
    side = max(tight, min(config.room * tight, 2.0))
    # Move it off the frame's edges as far as it is over them, before it is smoothed, so that it does not stop dead.
    limit_T2 = np.maximum(extents_T2 - side / 2, 0)
    centre_T2 = smoothed(np.clip((low_T2 + high_T2) / 2, -limit_T2, limit_T2))
    return Crop(centre_T2, max(side, needed(centre_T2)))


def cut(image_HWC: np.ndarray, centre_2: np.ndarray, side: float, size: int) -> np.ndarray:
    """One square of a picture at ``size`` pixels, uint8 (size, size, 3).

    What lies beyond the picture's edge is the edge, repeated. The resampling filter weighs source pixels by where they
    lie within a fraction of a pixel, so that a slow square does not make the picture tremble.
    """
    height, width = image_HWC.shape[:2]
    half = min(height, width) / 2
    left, top = (np.array([width, height]) / 2 + (centre_2 - side / 2) * half).tolist()
    right, bottom = left + side * half, top + side * half
    # Rounding may put an edge a hair outside; that is not worth a row of padding.
    beyond = [max(0, int(np.ceil(distance - 1e-6))) for distance in (-left, -top, right - width, bottom - height)]
    padded_HWC = np.pad(image_HWC, ((beyond[1], beyond[3]), (beyond[0], beyond[2]), (0, 0)), mode="edge")
    box = np.array([left + beyond[0], top + beyond[1], right + beyond[0], bottom + beyond[1]])
    box = box.clip(0, [*padded_HWC.shape[1::-1]] * 2)
    picture = Image.fromarray(padded_HWC)
    return np.asarray(picture.resize((size, size), Image.Resampling.HAMMING, box=tuple(box.tolist())))


def _steady(times_T: np.ndarray, keypoints_TK2: np.ndarray, sure_TK: np.ndarray) -> np.ndarray:
    """The paths of the keypoints that are ever sure, interpolated over the moments when they are not, (T, J, 2).

    So no box leaps because a hand came into sight.
    """
    ever = np.flatnonzero(sure_TK.any(axis=0))
    paths = [
        [
            np.interp(times_T, times_T[sure_TK[:, joint]], keypoints_TK2[sure_TK[:, joint], joint, axis])
            for axis in (0, 1)
        ]
        for joint in ever
    ]
    return np.array(paths).transpose(2, 0, 1)
