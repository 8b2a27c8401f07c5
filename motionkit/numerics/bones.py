"""Lengths of a skeleton's bones, and how they change."""

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
    return (keypoints.index_select(-2, start) - keypoints.index_select(-2, end)).norm(dim=-1)


STILL = 0.01
"""Movement, in the units of the keypoints, beside which a clip's own begins to count: a third of a pixel of 64."""
TINY = 1e-8
"""Added to squares, because a root has no slope at 0."""


def stretching(keypoints_BTK2: Tensor, bones: Sequence[tuple[int, int]]) -> Tensor:
    """How much of the movement in each clip is bones that change their length, (B,), at least 0.

    The standard deviation of a bone's length over time, averaged over the bones, over that of a joint's position,
    averaged over the joints. Being a ratio, it does not become smaller where all movement does.

    Args:
        keypoints_BTK2: (x, y) of K joints.
        bones: pairs of joint indices.
    """
    changes_B = (bone_lengths(keypoints_BTK2, bones).var(1, correction=0) + TINY).sqrt().mean(1)
    moves_B = (keypoints_BTK2.var(1, correction=0).sum(-1) + TINY).sqrt().mean(1)
    return changes_B / (moves_B + STILL)
