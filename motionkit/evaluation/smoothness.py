"""How motion moves: speeds, accelerations and bone lengths of keypoints."""

import torch
from torch import Tensor

from motionkit.interfaces import Skeleton


def mean_acceleration(keypoints_BTK2: Tensor) -> float:
    """Mean length of the second difference of keypoints from frame to frame, in units of [-1, 1] a frame squared.

    Compare it between clips of the same frame rate: rough motion has more of it, motion that stands still less.
    """
    return float(keypoints_BTK2.diff(n=2, dim=1).norm(dim=-1).mean())


def bone_lengths(keypoints_BTK2: Tensor, skeleton: Skeleton) -> Tensor:
    """Lengths of the skeleton's bones, (B, T, bones), in the units of the keypoints."""
    start, end = torch.tensor(skeleton.bones).unbind(1)
    return (keypoints_BTK2[..., start, :] - keypoints_BTK2[..., end, :]).norm(dim=-1)
