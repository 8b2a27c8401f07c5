"""Ordinary differential equations solved on knots, by torchdiffeq where steps are adaptive.

What lies between the knots is one batched expression (:mod:`motionkit.numerics.knots`). Handing all output times to
``odeint`` instead costs one Python-level interpolation each, and a backward pass that grows with their square, because
it fills its result by index. Steps of one size are taken here: networks of motion are so small that a step's own sums
cost as much as they do, and torchdiffeq takes three times as many.

torchdiffeq counts time in knot intervals: whole numbers are exact in float32, so that the thousandth step is as long as
the first. All is computed outside autocast: bfloat16 rounds to 1 part in 256, far coarser than the
solvers' own errors.
"""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, get_args

import torch
from torch import Tensor

from motionkit.interfaces.errors import ConfigError, NonFiniteError
from motionkit.numerics.knots import KnotGrid

Field = Callable[[Tensor], Tensor]
"""An autonomous vector field: states (..., D) to their derivatives by time in seconds, (..., D)."""

FixedStepSolver = Literal["rk4", "midpoint", "euler"]
AdaptiveSolver = Literal["dopri5", "bosh3"]
OdeSolver = Literal[FixedStepSolver, AdaptiveSolver]

REMEDY = "take more knots_per_second; in training, also a lower learning rate"
"""Against a path that leaves the finite numbers."""


class Solution(NamedTuple):
    """A solved path.

    Attributes:
        states_BTD: the state at every time asked for.
        nfe: how many times the vector field was called.
    """

    states_BTD: Tensor
    nfe: int


def solve_ode(
    field: Field,
    initial_BD: Tensor,
    grid: KnotGrid,
    solver: OdeSolver = "rk4",
    rtol: float = 1e-5,
    atol: float = 1e-6,
) -> Solution:
    """Solves dh/dt = field(h) from h(0) = initial at the grid's times.

    A fixed-step solver takes one step for each knot interval, and a clip's path does not depend on the others in its
    batch. An adaptive one chooses its own steps to the tolerance, for the batch as a whole, and is there to check the
    others: its paths keep to the tolerance, not to the bit, when the batch changes. ``rk4`` is Kutta's 3/8 rule, as
    torchdiffeq has it.

    Args:
        field: the vector field; called with (B, D), and after an adaptive solver once with all knots, (S + 1, B, D).
        initial_BD: float32 or float64; a shorter type is taken to float32.
        grid: the knots, and the times at which to give the state.
        solver: a name of torchdiffeq's, of which the adaptive ones are solved by it.
        rtol: relative tolerance of adaptive solvers.
        atol: absolute tolerance of adaptive solvers.

    Raises:
        NonFiniteError: the solution became infinite or NaN, or an adaptive step became too small to take.
        ConfigError: an adaptive solver is followed into a graph.
    """
    with torch.autocast(initial_BD.device.type, enabled=False):
        counted = _Counted(field)
        initial_BD = initial_BD.to(torch.promote_types(initial_BD.dtype, torch.float32))
        path = _take_steps if solver in get_args(FixedStepSolver) else _adapt_steps
        states_SBD, slopes_SBD = path(counted, initial_BD, grid, solver, rtol, atol)
        grid.require_finite(states_SBD + slopes_SBD, solver, REMEDY)
        return Solution(grid.cubic_hermite(states_SBD, slopes_SBD / grid.per_second), counted.calls)


class _Counted:
    """A field that counts how often it is called."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.calls = 0

    def __call__(self, state: Tensor) -> Tensor:
        self.calls += 1
        return self.field(state)


def _take_steps(
    field: Field, state_BD: Tensor, grid: KnotGrid, solver: OdeSolver, _rtol: float, _atol: float
) -> tuple[Tensor, Tensor]:
    """States and slopes at the knots, (S + 1, B, D) each, by one step of a fixed-step solver for each interval."""
    step, interval = _STEPS[solver], 1 / grid.per_second
    states, slopes = [state_BD], [field(state_BD)]
    for _ in range(grid.steps):
        states.append(step(field, states[-1], slopes[-1], interval))
        slopes.append(field(states[-1]))
    # Stacked, the states cost the backward pass one copy, and not one each.
    return torch.stack(states), torch.stack(slopes)


def _adapt_steps(
    field: Field, state_BD: Tensor, grid: KnotGrid, solver: OdeSolver, rtol: float, atol: float
) -> tuple[Tensor, Tensor]:
    """The same by an adaptive solver."""
    if torch.compiler.is_compiling():
        raise ConfigError(f"{solver} chooses its steps by values, so it can't be a graph; rk4 takes steps of one size")
    # Imported here, because it is slow to import, and only checks need it.
    from torchdiffeq import odeint

    knots_S = torch.arange(grid.steps + 1, dtype=state_BD.dtype, device=state_BD.device)
    reached = torch.zeros(())

    def per_knot(time: Tensor, state: Tensor) -> Tensor:
        nonlocal reached
        reached = time
        return field(state) / grid.per_second

    try:
        states_SBD: Tensor = odeint(per_knot, state_BD, knots_S, method=solver, rtol=rtol, atol=atol)
    except AssertionError as error:  # torchdiffeq's word for a step size of 0, or a state that is not finite
        seconds = float(reached) / grid.per_second
        raise NonFiniteError(
            f"{solver}: the state leaves the finite numbers near {seconds:g} s, and no step is small enough to "
            "follow it; raise rtol and atol; in training, lower the learning rate."
        ) from error
    return states_SBD, field(states_SBD)


# A state, its slope and the length of the step to the next state; in as few sums as there can be.


def _euler(_field: Field, state: Tensor, slope: Tensor, interval: float) -> Tensor:
    return torch.add(state, slope, alpha=interval)


def _midpoint(field: Field, state: Tensor, slope: Tensor, interval: float) -> Tensor:
    return torch.add(state, field(torch.add(state, slope, alpha=interval / 2)), alpha=interval)


def _rk4(field: Field, state: Tensor, slope: Tensor, interval: float) -> Tensor:
    second = field(torch.add(state, slope, alpha=interval / 3))
    third = field(torch.add(state, torch.sub(second, slope, alpha=1 / 3), alpha=interval))
    fourth = field(torch.add(state, slope - second + third, alpha=interval))
    return torch.add(state, torch.add(slope + fourth, second + third, alpha=3), alpha=interval / 8)


_STEPS: Mapping[str, Callable[[Field, Tensor, Tensor, float], Tensor]] = {
    "rk4": _rk4,
    "midpoint": _midpoint,
    "euler": _euler,
}
