"""A renderer that draws spots."""

from typing import ClassVar

import pydantic
import torch
from torch import Tensor, nn

from motionkit.interfaces import ComponentConfig, Renderer, Skeleton


class ToyRenderer(Renderer):
    """A soft spot at each keypoint, in colours that the noise chooses."""

    class Config(ComponentConfig):
        """Sizes."""

        presets: ClassVar = {"small": {"image_size": 16}}
        image_size: int = pydantic.Field(64, ge=4, description="height and width of the frames, in pixels")

    noise_size = 4
    config: Config
    centres: Tensor

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.normalise = nn.BatchNorm2d(skeleton.size)
        self.paint = nn.Conv2d(skeleton.size, 3, 1)
        self.colour = nn.Linear(self.noise_size, 3)
        centres = (2 * torch.arange(config.image_size) + 1) / config.image_size - 1
        self.register_buffer("centres", centres, persistent=False)

    @property
    def image_size(self) -> int:
        """Height and width, in pixels."""
        return self.config.image_size

    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        """Video of shape (B, T, 3, H, W)."""
        batch, frames = keypoints_BTK2.shape[:2]
        near_NKS2 = torch.exp(-8 * (self.centres[:, None] - keypoints_BTK2.flatten(0, 1)[:, :, None]) ** 2)
        spots_NKHW = near_NKS2[..., 1, None] * near_NKS2[..., None, :, 0]
        tint_N3 = self.colour(noise_BD).repeat_interleave(frames, 0)
        pixels_N3HW = self.paint(self.normalise(spots_NKHW)) + tint_N3[:, :, None, None]
        return torch.tanh(pixels_N3HW).unflatten(0, (batch, frames))
