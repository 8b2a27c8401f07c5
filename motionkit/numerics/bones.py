"""Lengths of a skeleton's bones."""

from collections.abc import Sequence

import torch
from torch import Tensor


def bone_lengths(keypoints: Tensor, bones: Sequence[tuple[int, int]]) -> Tensor:
    """Distance between the two joints of each bone, (..., bones), in the units of the keypoints.

    Args:
        keypoints: (..., K, 2).
        bones: pairs of joint indices.
    """
    start, end = torch.tensor(bones, device=keypoints.device).unbind(1)
    return (keypoints[..., start, :] - keypoints[..., end, :]).norm(dim=-1)
