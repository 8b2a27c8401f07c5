"""Metrics that are the mean length of a derivative of the keypoints: velocity, acceleration and jerk."""

from typing import ClassVar

from torch import Tensor

from motionkit.interfaces import Clips, ConfigError
from motionkit.metrics.mean import MeanMetric
from motionkit.numerics.derivatives import divided_difference


class MeanDerivative(MeanMetric):
    """Mean length of a derivative of the keypoints, over joints and moments of a clip, then over clips.

    Set in every subclass:
        Config: the nested :class:`ComponentConfig`.
        order: 1 for velocity, 2 for acceleration, 3 for jerk.
    """

    needs = "keypoints"
    better = "real"
    span = (0.0, float("inf"))
    order: ClassVar[int]

    def features(self, clips: Clips) -> Tensor:
        """Mean length, (B, 1)."""
        if clips.keypoints_BTK2.shape[1] <= self.order:
            raise ConfigError(f"it takes {self.order + 1} frames, but the clips have {clips.keypoints_BTK2.shape[1]}")
        change_BSK2 = divided_difference(clips.keypoints_BTK2.double(), clips.times.double(), self.order)
        return change_BSK2.norm(dim=-1).mean((1, 2))[:, None]
