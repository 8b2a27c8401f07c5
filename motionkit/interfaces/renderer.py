"""The interface of renderers: keypoints and appearance noise to video."""

import abc
from typing import ClassVar

import torch
from torch import Tensor, nn

from motionkit.interfaces.component import ComponentConfig
from motionkit.interfaces.skeleton import Skeleton


class Renderer(nn.Module, abc.ABC):
    """Draws video that follows keypoints, in the appearance that its noise asks for. Knows nothing of motion models.

    Set in every subclass:
        Config: the nested :class:`ComponentConfig`.

    Define in every subclass: :attr:`noise_size`, :attr:`image_size`, :meth:`forward`.

    In evaluation mode a frame's pixels depend on that frame's keypoints and the clip's noise alone, so that a clip can
    be rendered in pieces. In training mode batch statistics are allowed; their running estimates must be modules of
    torch's batch-norm family, because the loop re-estimates those for the averaged weights before it saves them.
    """

    Config: ClassVar[type[ComponentConfig]]

    def __init__(self, config: ComponentConfig, skeleton: Skeleton) -> None:
        super().__init__()
        self.config = config
        self.skeleton = skeleton

    @property
    @abc.abstractmethod
    def noise_size(self) -> int:
        """D, the length of one clip's appearance noise vector."""

    @property
    @abc.abstractmethod
    def image_size(self) -> int:
        """Height and width of the frames, in pixels."""

    def sample_noise(self, batch: int, rng: torch.Generator) -> Tensor:
        """Appearance noise z_a ~ N(0, I) of shape (B, D), drawn on the CPU from ``rng``."""
        return torch.randn(batch, self.noise_size, generator=rng)

    @abc.abstractmethod
    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        """Video of shape (B, T, 3, H, W) in [-1, 1], one appearance for all frames of a clip.

        Args:
            noise_BD: as :meth:`sample_noise` draws it.
            keypoints_BTK2: finite (x, y) in [-1, 1], y down, for any number of frames T >= 1.
        """
