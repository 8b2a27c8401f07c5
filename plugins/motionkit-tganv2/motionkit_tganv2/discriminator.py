"""TGANv2's critic of one level: a 3-D residual network without normalisation."""

from itertools import pairwise

import torch.nn.functional as F
from torch import Tensor, nn


class TganV2Discriminator(nn.Module):
    """Residual blocks that halve every axis, a sum over what is left, and one logit.

    Args:
        widths: channels after each block.
    """

    def __init__(self, widths: tuple[int, int, int, int, int]) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            DownBlock(3, widths[0], widths[0], first=True),
            *(DownBlock(narrow, narrow, wide) for narrow, wide in pairwise(widths)),
        )
        self.logit = nn.Linear(widths[-1], 1)

    def forward(self, video_BTCHW: Tensor) -> Tensor:
        """Logits of shape (B,), for clips of any length and size."""
        features = self.blocks(video_BTCHW.transpose(1, 2)).relu()
        logits_B1: Tensor = self.logit(features.sum(dim=(2, 3, 4)))
        return logits_B1[:, 0]


class DownBlock(nn.Module):
    """A residual block that halves every axis; ``first`` takes pixels, which no ReLU may cut before the convolution."""

    def __init__(self, narrow: int, inner: int, wide: int, first: bool = False) -> None:
        super().__init__()
        self.activation = nn.Identity() if first else nn.ReLU()
        self.first = nn.Conv3d(narrow, inner, 3, padding=1)
        self.second = nn.Conv3d(inner, wide, 3, padding=1)
        self.skip = nn.Conv3d(narrow, wide, 1)

    def forward(self, maps_BCTHW: Tensor) -> Tensor:
        inner = self.first(self.activation(maps_BCTHW)).relu()
        # A 1x1 convolution and the average can change places; small maps are cheaper.
        return _half(self.second(inner)) + self.skip(_half(maps_BCTHW))


def _half(maps_BCTHW: Tensor) -> Tensor:
    """The average of every two along each axis. Our choice: an axis of one stays, and a last odd one stands alone."""
    kernel = [min(2, length) for length in maps_BCTHW.shape[2:]]
    return F.avg_pool3d(maps_BCTHW, kernel, ceil_mode=True)
