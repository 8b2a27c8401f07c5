"""Motion by a recurrent network: the paper's baseline, stage I with the ODE replaced (MODE-GAN, section 4)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from einops import rearrange
from pydantic import Field
from torch import Tensor, nn

from motionkit.interfaces import ComponentConfig, MotionGenerator, Skeleton
from motionkit.motion.mlp import MLP
from motionkit.numerics.knots import KnotGrid
from motionkit.numerics.streams import fresh_normals


class RnnMotion(MotionGenerator):
    """A GRU that takes fresh Gaussian noise at each step of a grid of its own.

    Step i lies at i / fps seconds. Between two steps the keypoints lie on the straight line between the steps' own:
    the model has nothing to say there, and says so by ``continuous = False``.
    """

    class Config(ComponentConfig):
        """The paper says that the RNN takes noise at each step, and no more: the rest is our choice."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"width": 128}}

        noise_size: int = Field(64, ge=1, description="length of z_m")
        step_noise_size: int = Field(16, ge=1, description="fresh numbers at each step")
        hidden: int = Field(128, ge=1, description="length of the recurrent state")
        width: int = Field(256, ge=1, description="hidden layers of P and Q")
        fps: int = Field(16, ge=1, description="steps per second: the frame rate of the clips it is trained on")

    continuous: ClassVar[bool] = False
    stochastic: ClassVar[bool] = True
    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        hidden, width = config.hidden, config.width
        self.initial = MLP(config.noise_size, width, width, hidden, activation=nn.SiLU)  # P
        self.recurrent = nn.GRU(config.step_noise_size, hidden)
        self.keypoints = MLP(hidden, width, width, 2 * skeleton.size, activation=nn.SiLU, output_scale=0.3)  # Q

    @property
    def noise_size(self) -> int:
        return self.config.noise_size

    def initial_value(self, noise_BD: Tensor) -> Tensor:
        return self.initial(noise_BD)

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        grid = KnotGrid(times, len(noise_BD), self.config.fps)
        initial_BD = self.initial_value(noise_BD)
        fresh_SBD = fresh_normals(noise_BD, grid.steps, self.config.step_noise_size, block=self.config.fps)
        # Outside autocast, as the MLPs: rounding would add up over the steps.
        with torch.autocast(noise_BD.device.type, enabled=False):
            steps_SBD, _ = self.recurrent(fresh_SBD.to(initial_BD.dtype), initial_BD[None])
        keypoints_SBD = self.keypoints(torch.cat([initial_BD[None], steps_SBD]))
        grid.require_finite(keypoints_SBD, "gru", "lower the learning rate, or start from an earlier checkpoint")
        return rearrange(grid.linear(keypoints_SBD), "b t (k xy) -> b t k xy", xy=2)
