"""A whole generator, of one colour."""

import math
from typing import ClassVar

import pydantic
import torch
from torch import Tensor, nn

from motionkit.interfaces import ComponentConfig, Noise, WholeGenerator
from motionkit.testing.toys.objectives import ToyObjective


class ToyGenerator(WholeGenerator):
    """One colour in every clip, which brightens and darkens as its motion noise says."""

    class Config(ComponentConfig):
        """The picture's size."""

        presets: ClassVar = {"small": {"image_size": 8}}
        image_size: int = pydantic.Field(64, ge=1, description="height and width of the frames, in pixels")

    Objective = ToyObjective
    noise_sizes: ClassVar = {"motion": 2, "appearance": 3}
    config: Config

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.colour = nn.Linear(3, 3)
        self.swing = nn.Linear(2, 1)

    @property
    def image_size(self) -> int:
        """Height and width, in pixels."""
        return self.config.image_size

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        """Video of shape (B, T, 3, H, W)."""
        light_BT = torch.sin(2 * math.pi * times + self.swing(noise["motion"]))
        colour_BTC = torch.tanh(self.colour(noise["appearance"])[:, None] + light_BT[..., None])
        return colour_BTC[..., None, None].repeat(1, 1, 1, self.image_size, self.image_size)
