"""Whether clips differ from one another."""

import math

import torch
from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, Metric


class Diversity(Metric):
    """Mean distance of trajectories over all pairs of clips, in units of [-1, 1].

    The distance of two clips is the root mean square, over joints and moments, of how far the same joint is apart at
    the same moment. Range 0 and up, to be that of real clips: a generator that always makes one clip has 0, whatever
    that clip is. As in Action2Motion (Guo et al. 2020), but of all pairs rather than random ones.
    """

    class Config(ComponentConfig):
        """No settings."""

    needs = "keypoints"
    better = "real"
    span = (0.0, float("inf"))

    def features(self, clips: Clips) -> Tensor:
        """Keypoints, (B, T K 2), so scaled that their distance is a root mean square."""
        frames, joints = clips.keypoints_BTK2.shape[1:3]
        return clips.keypoints_BTK2.flatten(1) / math.sqrt(frames * joints)

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        """Mean over pairs of ``other_MD``; the real clips count only as what to compare with."""
        return float(torch.pdist(other_MD.double()).mean())
