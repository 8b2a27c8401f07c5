"""Metrics that are the mean of one number a clip."""

from torch import Tensor

from motionkit.interfaces import Metric


class MeanMetric(Metric):
    """The mean over the clips that are judged, of features (B, 1); real ones count only as what to compare with."""

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        """Mean of ``other_MD``."""
        return float(other_MD.double().mean())
