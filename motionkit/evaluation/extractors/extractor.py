"""What a video feature extractor is."""

import abc

from torch import Tensor, nn
from torch.nn import functional


class Extractor(nn.Module, abc.ABC):
    """A fixed network from a clip to a row of numbers, in which a Frechet distance is taken.

    Set in every subclass:
        minimum_frames: the shortest clip that it can look at.

    Define in every subclass: :meth:`forward`, :attr:`provenance`.
    """

    minimum_frames: int = 1

    @abc.abstractmethod
    def forward(self, video_BTCHW: Tensor) -> Tensor:
        """Features (B, D), a function of each clip alone.

        Args:
            video_BTCHW: in [-1, 1], of any size, T >= :attr:`minimum_frames`; the time between frames is not told.
        """

    @property
    @abc.abstractmethod
    def provenance(self) -> dict[str, str]:
        """What the features are made with: at least the SHA-256 of the weights, as ``sha256``."""


def resized(video_BTCHW: Tensor, size: int) -> Tensor:
    """Frames of ``size`` pixels: averaged over areas where they shrink, interpolated where they grow."""
    clips, frames = video_BTCHW.shape[:2]
    frames_NCHW = video_BTCHW.flatten(0, 1)
    height, width = frames_NCHW.shape[-2:]
    if (height, width) == (size, size):
        return video_BTCHW
    shrinks = min(height, width) >= size
    frames_NCHW = functional.interpolate(
        frames_NCHW,
        (size, size),
        mode="area" if shrinks else "bilinear",
        align_corners=None if shrinks else False,
    )
    return frames_NCHW.unflatten(0, (clips, frames))
