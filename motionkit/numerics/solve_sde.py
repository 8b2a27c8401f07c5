"""Stochastic differential equations solved on knots, by torchsde.

As in :mod:`motionkit.numerics.solve`, time is counted in knot intervals, what lies between the knots is one batched
expression, and all is computed outside autocast.
"""

from typing import Literal

import torch
from torch import Tensor
from torchsde import BaseBrownian, sdeint

from motionkit.numerics.knots import KnotGrid
from motionkit.numerics.solve import REMEDY, Field, Solution

SdeSolver = Literal["heun", "midpoint", "euler"]


def solve_sde(
    drift: Field,
    diffusion: Field,
    initial_BD: Tensor,
    normals_SBD: Tensor,
    grid: KnotGrid,
    solver: SdeSolver = "heun",
) -> Solution:
    """Solves dh = drift(h) dt + diffusion(h) dW, with one independent Brownian motion for each coordinate.

    ``euler`` reads the equation as Itô's, ``heun`` and ``midpoint`` as Stratonovich's. Between knots the state is
    linear: a Brownian path has no derivative to fit a smoother curve to.

    Args:
        drift: the deterministic part, per second.
        diffusion: the random part, per square root of a second; positive or negative, one number a coordinate.
        initial_BD: the state at time 0.
        normals_SBD: N(0, 1) noise for each of the grid's steps, from which the Brownian path is made.
        grid: the knots, and the times at which to give the state.
        solver: a name of torchsde's.

    Raises:
        NonFiniteError: the solution became infinite or NaN.
    """
    with torch.autocast(initial_BD.device.type, enabled=False):
        initial_BD = initial_BD.to(normals_SBD.dtype)
        sde = _SteppingSde(drift, diffusion, grid.per_second, "ito" if solver == "euler" else "stratonovich")
        # On the CPU, where torchsde's loop compares them; as scalars they meet states on any device.
        knots_S = torch.arange(grid.steps + 1, dtype=initial_BD.dtype)
        states_SBD = sdeint(sde, initial_BD, knots_S, bm=_KnotBrownian(normals_SBD), method=solver, dt=1.0)
        grid.require_finite(states_SBD, solver, REMEDY)
        return Solution(grid.linear(states_SBD), sde.nfe)


class _SteppingSde:
    """Drift and diffusion as torchsde calls them, per knot interval, counting the calls of the drift."""

    noise_type = "diagonal"

    def __init__(self, drift: Field, diffusion: Field, per_second: int, sde_type: str) -> None:
        self.drift = drift
        self.diffusion = diffusion
        self.per_second = per_second
        self.sde_type = sde_type
        self.nfe = 0

    def f(self, _time: Tensor, state: Tensor) -> Tensor:
        self.nfe += 1
        return self.drift(state) / self.per_second

    def g(self, _time: Tensor, state: Tensor) -> Tensor:
        return self.diffusion(state) / self.per_second**0.5


class _KnotBrownian(BaseBrownian):
    """A Brownian path that is known at the knots: one N(0, 1) increment for each interval."""

    def __init__(self, normals_SBD: Tensor) -> None:
        self.normals_SBD = normals_SBD

    def __call__(self, ta: Tensor, tb: Tensor | None = None, return_U: bool = False, return_A: bool = False) -> Tensor:
        """The increment over the interval that begins at knot ``ta``; the fixed steps ask for no other."""
        return self.normals_SBD[int(ta)]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(steps={len(self.normals_SBD)}, shape={tuple(self.shape)})"

    dtype = property(lambda self: self.normals_SBD.dtype)
    device = property(lambda self: self.normals_SBD.device)
    shape = property(lambda self: self.normals_SBD.shape[1:])
    levy_area_approximation = "none"
