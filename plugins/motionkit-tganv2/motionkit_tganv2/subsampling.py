"""Sparse training: with each level twice the size and half of the frames."""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

LEVELS = 4


def every_second(clips_BT: Tensor, rng: torch.Generator) -> Tensor:
    """Every second frame, from the first or the second on. Our choice: one draw for all clips of a batch."""
    return clips_BT[:, int(torch.randint(2, (), generator=rng)) :: 2]


def pyramid(video_BTCHW: Tensor, rng: torch.Generator) -> Iterator[Tensor]:
    """Real clips as the critics of the levels see them: level l has T / 2^(l-1) frames of size / 2^(4-l) pixels.

    Pictures are average-pooled; which frames remain is drawn anew for these clips (our choice), as for generated ones.
    """
    for level in range(LEVELS):
        if level > 0:
            video_BTCHW = every_second(video_BTCHW, rng)
        factor = 2 ** (LEVELS - 1 - level)
        yield F.avg_pool3d(video_BTCHW, (1, factor, factor))
