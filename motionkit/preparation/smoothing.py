"""Keypoints without the tremble of a detector: a low-pass filter that is never late, on the frames' true times."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from pydantic import Field

from motionkit.interfaces import ComponentConfig
from motionkit.numerics.derivatives import divided_difference

CUTOFF_TIMES_SIGMA = 0.2349
"""A local quadratic under Gaussian weights passes (1 + x) exp(-x) of a frequency f, x = (2 pi f sigma)^2 / 2 (from its
equivalent kernel (3/2 - t^2 / 2) phi(t)); that is 1 / sqrt(2) at f sigma = 0.2349."""


class SmoothConfig(ComponentConfig):
    """How strongly keypoints are smoothed. The preset ``noisy`` is for detectors that say so of themselves."""

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"noisy": {"method": "zero-phase"}}

    method: Literal["none", "zero-phase"] = "none"
    """``zero-phase`` takes from each moment the value of a parabola, fitted to the frames around it."""
    cutoff: float = Field(default=6.0, gt=0)
    """Hertz; of a movement as quick as this, 71 percent remain. 6 is usual for walking (Winter, Biomechanics and Motor
    Control of Human Movement)."""


def smooth(times_T: np.ndarray, keypoints_TK2: np.ndarray, config: SmoothConfig) -> np.ndarray:
    """Keypoints smoothed in time, of the same shape; the same ones where the method is ``none``.

    At each frame a parabola is fitted to the frames around it, under weights that fall off as a Gaussian in seconds
    (Savitzky and Golay 1964, for times that need not be even). So nothing is late, positions, speeds and accelerations
    that are constant stay what they are, up to a clip's first and last frame, and where frames are so far apart that
    three of them span the parabola, nothing changes.

    Args:
        times_T: seconds, ascending.
        keypoints_TK2: finite.
        config: the method, and how much it takes away.
    """
    if config.method == "none":
        return keypoints_TK2
    sigma = CUTOFF_TIMES_SIGMA / config.cutoff
    first_T = np.searchsorted(times_T, times_T - 4 * sigma)
    last_T = np.searchsorted(times_T, times_T + 4 * sigma, side="right") - 1
    near_TN = first_T[:, None] + np.arange((last_T - first_T).max() + 1)
    within_TN = near_TN <= last_T[:, None]
    near_TN = np.minimum(near_TN, last_T[:, None])
    away_TN = (times_T[near_TN] - times_T[:, None]) / sigma
    weights_TN = np.exp(-(away_TN**2) / 2) * within_TN
    powers_TN3 = away_TN[..., None] ** np.arange(3)
    moments_T33 = np.einsum("tn,tni,tnj->tij", weights_TN, powers_TN3, powers_TN3)
    # The least of all solutions where frames are too few for a parabola: it goes through them.
    solve_T3 = np.linalg.pinv(moments_T33, hermitian=True)[:, 0]
    kernel_TN = weights_TN * np.einsum("tni,ti->tn", powers_TN3, solve_T3)
    smoothed_TK2 = np.zeros_like(keypoints_TK2)
    for n in range(near_TN.shape[1]):  # frame by frame of the window: all at once would be many times the clip
        smoothed_TK2 += kernel_TN[:, n, None, None] * keypoints_TK2[near_TN[:, n]]
    return smoothed_TK2


def accelerations(times_T: np.ndarray, keypoints_TK2: np.ndarray) -> np.ndarray:
    """Lengths of the second divided differences in time, (T - 2, K); none where there are fewer than three frames."""
    change_BSK2 = divided_difference(torch.from_numpy(keypoints_TK2)[None], torch.from_numpy(times_T), order=2)
    return change_BSK2[0].norm(dim=-1).numpy()
