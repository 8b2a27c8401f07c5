"""A motion model that swings."""

import math
from typing import ClassVar

import pydantic
import torch
from torch import Tensor, nn

from motionkit.interfaces import ComponentConfig, MotionGenerator, Skeleton


class ToyMotion(MotionGenerator):
    """Each keypoint swings about its place in a sine."""

    class Config(ComponentConfig):
        """Sizes."""

        presets: ClassVar = {"small": {"hidden": 8}}
        hidden: int = pydantic.Field(32, ge=1, description="length of the latent state")

    continuous = True
    stochastic = False
    noise_size = 4

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.begin = nn.Linear(self.noise_size, config.hidden)
        self.place = nn.Linear(config.hidden, 2 * skeleton.size)
        self.swing = nn.Linear(config.hidden, 2 * skeleton.size)

    def initial_value(self, noise_BD: Tensor) -> Tensor:
        """P(z_m), shape (B, hidden)."""
        return torch.tanh(self.begin(noise_BD))

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        """Keypoints of shape (B, T, K, 2)."""
        state_BH = self.initial_value(noise_BD)
        sine_BT1 = torch.sin(2 * math.pi * times).expand(len(noise_BD), -1)[..., None]
        flat_BTF = self.place(state_BH)[:, None] + sine_BT1 * self.swing(state_BH)[:, None]
        return torch.tanh(flat_BTF).unflatten(-1, (self.skeleton.size, 2))
