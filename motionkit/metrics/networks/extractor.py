"""What a video feature extractor is."""

import abc

from torch import Tensor, nn


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
