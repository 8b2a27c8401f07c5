"""A metric of mean keypoints."""

import math

import pydantic
from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, Metric


class ToyMetric(Metric):
    """How far apart real and generated clips are in their mean keypoints: 0 and up, lower is closer."""

    class Config(ComponentConfig):
        """The unit."""

        unit: float = pydantic.Field(1.0, gt=0, description="of the distance, in units of [-1, 1]")

    needs = "keypoints"
    better = "lower"
    span = (0.0, math.inf)
    config: Config

    def features(self, clips: Clips) -> Tensor:
        """Keypoints, (B, T K 2)."""
        return clips.keypoints_BTK2.flatten(1) / self.config.unit

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        """Length of the difference of the means."""
        return float((real_ND.mean(0) - other_MD.mean(0)).norm())
