"""MoCoGAN's motion: a recurrent network that turns fresh noise into a path in the motion latent space."""

from typing import ClassVar

import torch
from einops import rearrange
from pydantic import Field
from torch import Tensor, nn

from motionkit.interfaces import ComponentConfig, MotionGenerator, Skeleton
from motionkit.numerics.knots import KnotGrid
from motionkit.numerics.streams import fresh_normals


class MocoganMotion(MotionGenerator):
    """A GRU whose state is its output: K points in the plane, 2 K numbers.

    Step i lies at i / fps seconds, and is a frame of MoCoGAN's. Between two steps the points lie on the straight line
    between the steps' own (our choice: the model has nothing to say there).
    """

    class Config(ComponentConfig):
        """The grid. The sizes follow from the skeleton."""

        fps: int = Field(16, ge=1, description="steps per second: the frame rate of the clips it is trained on")

    continuous: ClassVar[bool] = False
    stochastic: ClassVar[bool] = True
    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.recurrent = nn.GRU(self.noise_size, self.noise_size)

    @property
    def noise_size(self) -> int:
        return 2 * self.skeleton.size

    def initial_value(self, noise_BD: Tensor) -> Tensor:
        """The noise itself, h_0 ~ N(0, I)."""
        return noise_BD

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        grid = KnotGrid(times, len(noise_BD), self.config.fps)
        fresh_SBD = fresh_normals(noise_BD, grid.steps, self.noise_size, block=self.config.fps)
        # Outside autocast: rounding would add up over the steps.
        with torch.autocast(noise_BD.device.type, enabled=False):
            steps_SBD, _ = self.recurrent(fresh_SBD, noise_BD[None])  # h_t = GRU(eps_t, h_(t-1)), eps_t ~ N(0, I)
        path_SBD = torch.cat([noise_BD[None], steps_SBD])
        grid.require_finite(path_SBD, "gru", "lower the learning rate, or start from an earlier checkpoint")
        return rearrange(grid.linear(path_SBD), "b t (k xy) -> b t k xy", xy=2)
