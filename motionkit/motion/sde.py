"""Motion by a neural SDE: the neural ODE with a learned Brownian disturbance (our extension of MODE-GAN's stage I)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from einops import rearrange
from pydantic import Field
from torch import Tensor, nn

from motionkit.interfaces import ComponentConfig, MotionGenerator, Skeleton
from motionkit.motion.mlp import MLP
from motionkit.numerics.knots import KnotGrid
from motionkit.numerics.solve_sde import SdeSolver, solve_sde
from motionkit.numerics.streams import fresh_normals


class SdeMotion(MotionGenerator):
    """A latent state that drifts along a learned field and is shaken by learned amounts; keypoints are read off it.

    The Brownian path of each clip comes from the clip's own noise. It is known at the knots, and the state is linear
    between them.
    """

    class Config(ComponentConfig):
        """All of it is our choice."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"width": 128, "pace": 8.0}}

        noise_size: int = Field(64, ge=1, description="length of z_m")
        hidden: int = Field(128, ge=1, description="length of the latent state h")
        width: int = Field(256, ge=1, description="hidden layers of P, drift, diffusion and Q")
        pace: float = Field(1.0, gt=0, description="what drift is multiplied by; higher learns lively motion sooner")
        solver: SdeSolver = Field("heun", description="euler reads the equation as Ito's, the others as Stratonovich's")
        knots_per_second: int = Field(24, ge=1, description="steps a second; another number is another Brownian path")
        diffusion_limit: float = Field(1.0, gt=0, description="most that h is shaken, per square root of a second")

    continuous: ClassVar[bool] = True
    stochastic: ClassVar[bool] = True
    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        hidden, width = config.hidden, config.width
        self.initial = MLP(config.noise_size, width, width, hidden, activation=nn.SiLU)  # P
        slow = 1 / config.pace  # as in the ODE
        self.drift = MLP(hidden, width, width, hidden, activation=nn.Tanh, output_scale=slow)
        self.diffusion = MLP(hidden, width, hidden, activation=nn.Tanh)
        self.keypoints = MLP(hidden, width, width, 2 * skeleton.size, activation=nn.SiLU, output_scale=0.3)  # Q

    @property
    def noise_size(self) -> int:
        return self.config.noise_size

    def initial_value(self, noise_BD: Tensor) -> Tensor:
        return self.initial(noise_BD)

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        grid = KnotGrid(times, len(noise_BD), self.config.knots_per_second)
        normals_SBD = fresh_normals(noise_BD, grid.steps, self.config.hidden, block=self.config.knots_per_second)
        states_BTD, self.nfe = solve_sde(
            self._drift, self._shake, self.initial_value(noise_BD), normals_SBD, grid, self.config.solver
        )
        return rearrange(self.keypoints(states_BTD), "b t (k xy) -> b t k xy", xy=2)

    def _drift(self, state_BD: Tensor) -> Tensor:
        return self.config.pace * self.drift(state_BD)

    def _shake(self, state_BD: Tensor) -> Tensor:
        # Bounded, so that no path runs away; about 2 % of the limit at the start, so that training begins near the ODE.
        return self.config.diffusion_limit * torch.sigmoid(self.diffusion(state_BD) - 4)
