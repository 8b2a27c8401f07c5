"""Motion by a neural ODE: stage I of MODE-GAN (Kim et al., BMVC 2021)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from einops import rearrange
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from motionkit.interfaces import ComponentConfig, MotionGenerator, Skeleton
from motionkit.motion.mlp import MLP
from motionkit.numerics.knots import KnotGrid
from motionkit.numerics.solve import OdeSolver, solve_ode

PULL = 8.0
"""How fast a state returns to the sphere, per second."""


class OdeMotion(MotionGenerator):
    """A latent state that flows along a learned vector field; keypoints are read off it at any time."""

    class Config(ComponentConfig):
        """The paper gives the parts and not their sizes, which are our choice."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"width": 128, "sphere": True, "pace": 8.0}}

        noise_size: int = Field(64, ge=1, description="length of z_m")
        hidden: int = Field(128, ge=1, description="length of the latent state h")
        width: int = Field(256, ge=1, description="hidden layers of P, f and Q")
        # Our choice: where the state is free, it leaves the places that training knows a second or two after the last.
        sphere: bool = Field(False, description="keep the latent state on a sphere, so that no motion runs away")
        # Our choice: people move several times a second, so a state of unit size has to flow at rates of ten and more.
        # Factored out, a network need not grow its weights to that first.
        pace: float = Field(1.0, gt=0, description="what f is multiplied by; higher learns lively motion sooner")
        solver: OdeSolver = Field("rk4", description="one step a knot; or an adaptive solver, as a check on those")
        knots_per_second: int = Field(24, ge=1, description="24 steps of rk4 are as accurate as dopri5 at rtol 1e-5")
        # Our choice: errors of .002, some hundredths of a pixel of 64, are far below what a training step knows.
        training_knots_per_second: int = Field(12, ge=1, description="knots of the motion that is learnt from")
        rtol: float = Field(1e-5, gt=0, description="relative tolerance of the adaptive solvers")
        atol: float = Field(1e-6, gt=0, description="absolute tolerance of the adaptive solvers")

    continuous: ClassVar[bool] = True
    stochastic: ClassVar[bool] = False
    autonomous: ClassVar[bool] = True
    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        hidden, width = config.hidden, config.width
        # SiLU in P and Q is our choice: the field is smooth, and so the motion should stay.
        self.initial = MLP(config.noise_size, width, width, hidden, activation=nn.SiLU)  # P
        # Autonomous: motion has no privileged moment, and a field of time would be untrained beyond the longest clip.
        slow = 1 / config.pace  # so that motion begins as calm at any pace, and grows lively by what it learns
        self.field = MLP(hidden, width, width, hidden, activation=nn.Tanh, output_scale=slow)  # f
        self.keypoints = MLP(hidden, width, width, 2 * skeleton.size, activation=nn.SiLU, output_scale=0.3)  # Q

    @property
    def noise_size(self) -> int:
        return self.config.noise_size

    @property
    def knots_per_second(self) -> int:
        """How many steps it takes in a second; a motion can go on from the state at any of them."""
        config = self.config
        fewest = min(config.knots_per_second, config.training_knots_per_second)
        return fewest if self.training else config.knots_per_second

    def initial_value(self, noise_BD: Tensor) -> Tensor:
        state_BD: Tensor = self.initial(noise_BD)
        return F.rms_norm(state_BD, state_BD.shape[1:]) if self.config.sphere else state_BD

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        # h_0 is the state at time 0, and a frame of its own only where time 0 is asked for.
        keypoints_BTK2, _ = self.flow(self.initial_value(noise_BD), times)  # h_0 = P(z_m)
        return keypoints_BTK2

    def flow(self, state_BD: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
        return self.flow_on(KnotGrid(times, len(state_BD), self.knots_per_second), state_BD)

    def flow_on(self, grid: KnotGrid, state_BD: Tensor) -> tuple[Tensor, Tensor]:
        """:meth:`flow`, on a grid that is there already."""
        config = self.config
        states_BTD, self.nfe = solve_ode(  # Eq. 1: h_1..T = ODESolve(f, h_0, (s_1, ..., s_T))
            self._field, state_BD, grid, config.solver, config.rtol, config.atol
        )
        keypoints_BTK2 = rearrange(self.keypoints(states_BTD), "b t (k xy) -> b t k xy", xy=2)  # k_t = Q(h_t)
        return keypoints_BTK2, states_BTD[:, -1]

    def _field(self, state: Tensor) -> Tensor:
        """f; on the sphere f of the state's direction, without what leads away from the sphere, and a pull back to it.

        So the change there is bounded wherever the state is, and what a step of the solver misses cannot grow.
        """
        pace = self.config.pace
        if not self.config.sphere:
            return pace * self.field(state)
        direction = F.rms_norm(state, state.shape[-1:])
        change: Tensor = pace * self.field(direction)
        outwards = (change * direction).mean(-1, keepdim=True)
        pull = PULL * (state - direction)
        return torch.addcmul(change - pull, outwards, direction, value=-1)
