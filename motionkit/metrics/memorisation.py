"""Whether generated clips are copies of training clips: the distance to the nearest."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, Metric
from motionkit.numerics.resize import resized

MOMENTS, PIXELS = 4, 16
"""Frames of a clip that are compared, and their height and width: little, so that many clips can be searched."""


class Nearest(NamedTuple):
    """For each of M clips the nearest of N others.

    Attributes:
        distances_M: how far it is.
        indices_M: which it is.
    """

    distances_M: Tensor
    indices_M: Tensor


def nearest(searched_ND: Tensor, clips_MD: Tensor) -> Nearest:
    """The nearest of the clips that are searched, by Euclidean distance of features; exactly 0 for a copy."""
    # Matrix products find the nearest; they round too much to say how near it is.
    distances_MN = torch.cdist(clips_MD, searched_ND, compute_mode="use_mm_for_euclid_dist")
    indices_M = distances_MN.argmin(1)
    return Nearest((clips_MD.double() - searched_ND[indices_M].double()).norm(dim=1), indices_M)


class _MeanNearest(Metric):
    """Mean distance to the nearest training clip; its floor is that of clips that were held out."""

    better = "real"
    span = (0.0, float("inf"))
    reference = "train"

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        """Mean over ``other_MD`` of the distance to the nearest of ``real_ND``."""
        return float(nearest(real_ND, other_MD).distances_M.mean())


class VideoMemorisation(_MeanNearest):
    """Distance of a clip to its nearest training clip, in video: root mean square over pixels of at most 4 frames.

    Frames are averaged over areas to 16 pixels a side. In units of [-1, 1], 0 and up, to be that of held-out clips:
    much less means copies, 0 that all are copies; more means clips that are unlike any real one. Only the training
    windows that the protocol searches are known, so a copy of another moment of a clip may go unseen.
    """

    class Config(ComponentConfig):
        """No settings."""

    needs = "video"

    def features(self, clips: Clips) -> Tensor:
        """Pixels, (B, 4 3 16 16), so scaled that their distance is a root mean square."""
        frames = clips.video_BTCHW.shape[1]
        moments = torch.linspace(0, frames - 1, min(MOMENTS, frames)).round().long()
        video_BTCHW = clips.video_BTCHW[:, moments]
        side = min(PIXELS, *video_BTCHW.shape[-2:])
        pixels_BD = resized(video_BTCHW, side).flatten(1)
        return pixels_BD / math.sqrt(pixels_BD.shape[1])


class MotionMemorisation(_MeanNearest):
    """Distance of a clip to its nearest training clip, in keypoints: root mean square over joints and moments.

    In units of [-1, 1], 0 and up, to be that of held-out clips; see :class:`VideoMemorisation`.
    """

    class Config(ComponentConfig):
        """No settings."""

    needs = "keypoints"

    def features(self, clips: Clips) -> Tensor:
        """Keypoints, (B, T K 2), so scaled that their distance is a root mean square."""
        frames, joints = clips.keypoints_BTK2.shape[1:3]
        return clips.keypoints_BTK2.flatten(1) / math.sqrt(frames * joints)
