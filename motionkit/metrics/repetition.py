"""The metric ``repetition``: whether a motion is stuck on one short loop."""

import torch
from pydantic import Field
from torch import Tensor

from motionkit.interfaces import Clips, ConfigError
from motionkit.metrics.later import LaterMetric
from motionkit.metrics.mean import MeanMetric

LEAST_FRAMES = 8
"""So many, that there is a lag with one on either side."""

STILL = 1e-6
"""A pose that varies by less, in squared units of [-1, 1] summed over coordinates, counts as standing still."""


def returns(keypoints_BTK2: Tensor) -> Tensor:
    """How nearly a motion comes back to where it was, after it had left, (B,) in float64.

    With x the pose and v its variance over the clip, the autocorrelation at a lag is::

        r(lag) = 1 - mean |x(t + lag) - x(t)|^2 / (2 v)

    and what is returned is the highest of its peaks at lags from an eighth to half of the clip: 1 for a loop that
    closes, 0 where there is no peak, as in a motion that goes on and on, or in one that stands still.

    Args:
        keypoints_BTK2: at even times, T >= 8.
    """
    poses_BTF = keypoints_BTK2.double().flatten(2)
    frames = poses_BTF.shape[1]
    variance_B = (poses_BTF - poses_BTF.mean(1, keepdim=True)).square().sum(-1).mean(1)
    distances = [
        (poses_BTF[:, lag:] - poses_BTF[:, :-lag]).square().sum(-1).mean(1)
        for lag in range(frames // 8, frames // 2 + 1)
    ]
    likeness_BL = 1 - torch.stack(distances, dim=1) / (2 * variance_B[:, None].clamp(min=STILL))
    inner_BL = likeness_BL[:, 1:-1]
    is_peak_BL = (inner_BL > likeness_BL[:, :-2]) & (inner_BL >= likeness_BL[:, 2:]) & (variance_B > STILL)[:, None]
    return torch.where(is_peak_BL, inner_BL, torch.zeros_like(inner_BL)).amax(1).clamp(min=0)


class Repetition(LaterMetric, MeanMetric):
    """How nearly motion comes back to where it was, by :func:`returns`: its mean over clips, to be that of real clips.

    0 to 1. Real motion may well be periodic, that of ``actions`` is: only what lies above the value of real clips
    tells of a motion that has run into a loop, and what lies below of one that has lost its rhythm. It looks at pieces
    of 4 seconds, so at loops of 0.5 to 2 seconds, and the clips of the data must be that long. Whether all motions
    run into the same loop, the diversity beside ``horizon`` says. Our choice.
    """

    class Config(LaterMetric.Config):
        """Where the pieces begin, and how long they are."""

        seconds: float = Field(4.0, gt=0)
        """Length of a piece, at least; loops are looked for that last from an eighth to half of it."""

    needs = "keypoints"
    better = "real"
    span = (0.0, 1.0)
    config: Config

    @property
    def seconds(self) -> float:
        return self.config.seconds

    def features(self, clips: Clips) -> Tensor:
        """How nearly each clip comes back, (B, 1)."""
        frames = clips.keypoints_BTK2.shape[1]
        if frames < LEAST_FRAMES:
            raise ConfigError(f"it takes {LEAST_FRAMES} frames, but the clips have {frames}")
        return returns(clips.keypoints_BTK2)[:, None]
