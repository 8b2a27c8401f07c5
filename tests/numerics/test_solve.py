"""Differential equations against their known solutions, and the promises about times, cost and failure."""

import math
from itertools import pairwise

import pytest
import scipy.special
import torch
from torch import Tensor, nn

from motionkit.interfaces import NonFiniteError
from motionkit.numerics.knots import KnotGrid
from motionkit.numerics.solve import solve_ode
from motionkit.numerics.solve_sde import solve_sde


def oscillator(state: Tensor) -> Tensor:
    """One turn a second: x'' = -(2 pi)^2 x."""
    return torch.stack([state[..., 1], -((2 * torch.pi) ** 2) * state[..., 0]], dim=-1)


def oscillator_error(knots: int, solver: str) -> float:
    times_T = torch.linspace(0, 1, 40, dtype=torch.float64)
    initial_BD = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    grid = KnotGrid(times_T, 1, knots)
    states_BTD = solve_ode(oscillator, initial_BD, grid, solver, rtol=1e-9, atol=1e-9).states_BTD
    return float((states_BTD[0, :, 0] - torch.cos(2 * torch.pi * times_T)).abs().max())


@pytest.mark.parametrize(("solver", "order"), [("rk4", 4), ("midpoint", 2), ("euler", 1)])
def test_the_error_falls_at_the_order_of_the_solver(solver: str, order: int):
    errors = [oscillator_error(knots, solver) for knots in (128, 256, 512)]
    for coarse, fine in pairwise(errors):
        assert 0.85 * 2**order < coarse / fine < 1.25 * 2**order


@pytest.mark.parametrize("solver", ["dopri5", "bosh3"])
def test_adaptive_solvers_reach_the_same_solution(solver: str):
    assert oscillator_error(256, solver) < 1e-5


def test_a_linear_field_gives_the_matrix_exponential():
    generator = torch.Generator().manual_seed(0)
    matrix_DD = torch.randn(4, 4, generator=generator, dtype=torch.float64)
    initial_BD = torch.randn(3, 4, generator=generator, dtype=torch.float64)
    times_BT = torch.rand(3, 7, generator=generator, dtype=torch.float64).sort(dim=-1).values
    solved_BTD = solve_ode(lambda state: state @ matrix_DD.T, initial_BD, KnotGrid(times_BT, 3, 64)).states_BTD
    exact_BTDD = torch.linalg.matrix_exp(times_BT[..., None, None] * matrix_DD)
    torch.testing.assert_close(solved_BTD, torch.einsum("btij,bj->bti", exact_BTDD, initial_BD), rtol=0, atol=1e-6)


def test_a_pendulum_swings_with_the_period_of_its_elliptic_integral():
    """From rest at 2 rad, far from small angles: half a period later it is at -2 rad."""
    g, length, amplitude = 9.81, 1.0, 2.0
    period = 4 * (length / g) ** 0.5 * float(scipy.special.ellipk(math.sin(amplitude / 2) ** 2))
    initial_BD = torch.tensor([[amplitude, 0.0]], dtype=torch.float64)
    times_T = torch.tensor([period / 4, period / 2, period], dtype=torch.float64)

    def pendulum(state: Tensor) -> Tensor:
        return torch.stack([state[..., 1], -g / length * state[..., 0].sin()], dim=-1)

    angles_T = solve_ode(pendulum, initial_BD, KnotGrid(times_T, 1, 64)).states_BTD[0, :, 0]
    torch.testing.assert_close(angles_T, torch.tensor([0.0, -2.0, 2.0], dtype=torch.float64), rtol=0, atol=1e-5)


def test_a_damped_pendulum_loses_amplitude_at_the_rate_of_its_damping():
    """At small angles, theta(t) = a exp(-b t / 2) cos(w t + phase) with w^2 = g/L - b^2 / 4."""
    g, b, amplitude = 9.81, 0.4, 1e-3
    turns = (g - b**2 / 4) ** 0.5
    times_T = torch.arange(1, 4, dtype=torch.float64) * 2 * torch.pi / turns
    initial_BD = torch.tensor([[amplitude, -b / 2 * amplitude]], dtype=torch.float64)  # the phase is 0

    def pendulum(state: Tensor) -> Tensor:
        return torch.stack([state[..., 1], -b * state[..., 1] - g * state[..., 0].sin()], dim=-1)

    angles_T = solve_ode(pendulum, initial_BD, KnotGrid(times_T, 1, 64)).states_BTD[0, :, 0]
    torch.testing.assert_close(angles_T, amplitude * torch.exp(-b / 2 * times_T), rtol=1e-4, atol=0)


def random_field(width: int = 8) -> nn.Module:
    torch.manual_seed(0)
    field = nn.Sequential(nn.Linear(width, 16), nn.Tanh(), nn.Linear(16, width))
    nn.init.normal_(field[2].weight)
    return field


def test_shared_times_have_the_same_state_whatever_else_is_asked():
    field, initial_BD = random_field(), torch.randn(3, 8)

    def states(times: Tensor, clips: slice = slice(None)) -> Tensor:
        chosen_BD = initial_BD[clips]
        return solve_ode(field, chosen_BD, KnotGrid(times, len(chosen_BD), 24)).states_BTD.detach()

    slow_BTD = states(torch.arange(16) / 15)
    expected = {"rtol": 0, "atol": 1e-6}
    torch.testing.assert_close(states(torch.arange(61) / 60)[:, ::4], slow_BTD, **expected)
    torch.testing.assert_close(states(torch.arange(200) / 15)[:, :16], slow_BTD, **expected)  # a longer clip
    torch.testing.assert_close(
        states(torch.tensor([0.013, 3 / 15, 0.77, 11 / 15 + 0.2]))[:, 1], slow_BTD[:, 3], **expected
    )
    torch.testing.assert_close(states(torch.arange(16) / 15, slice(1, 2)), slow_BTD[1:2], **expected)
    own_BT = torch.stack([torch.arange(16) / 15, torch.arange(16) / 30, torch.arange(16) / 60])
    torch.testing.assert_close(states(own_BT)[1, ::2], slow_BTD[1, :8], **expected)


def test_the_solution_starts_at_its_initial_value():
    initial_BD = torch.randn(3, 8)
    states_BTD = solve_ode(random_field(), initial_BD, KnotGrid(torch.zeros(1), 3, 24)).states_BTD
    assert torch.equal(states_BTD[:, 0], initial_BD)


@pytest.mark.parametrize("solver", ["rk4", "dopri5"])
def test_field_calls_do_not_grow_with_the_output_times(solver: str):
    def calls(times_T: Tensor) -> int:
        return solve_ode(random_field(), torch.ones(2, 8), KnotGrid(times_T, 2, 24), solver).nfe

    assert calls(torch.linspace(0, 1, 3)) == calls(torch.linspace(0, 1, 500))
    assert calls(torch.linspace(0, 4, 3)) > calls(torch.linspace(0, 1, 3))


def test_rk4_calls_its_field_four_times_a_knot_and_once_for_all_of_them():
    calls = 0
    field = random_field()

    def counted(state: Tensor) -> Tensor:
        nonlocal calls
        calls += 1
        return field(state)

    for seconds in (1, 2, 5):
        calls = 0
        grid = KnotGrid(torch.tensor([float(seconds)]), 2, 24)
        assert solve_ode(counted, torch.ones(2, 8), grid).nfe == calls == 4 * 24 * seconds + 1


@pytest.mark.parametrize("solver", ["rk4", "dopri5"])
def test_gradients_agree_with_finite_differences(solver: str):
    matrix_DD = torch.tensor([[0.1, 1.0], [-2.0, -0.3]], dtype=torch.float64, requires_grad=True)
    initial_BD = torch.tensor([[1.0, 0.0], [0.5, -0.5]], dtype=torch.float64, requires_grad=True)
    grid = KnotGrid(torch.tensor([0.1, 0.35, 0.9]), 2, 4)

    def solve(matrix_DD: Tensor, initial_BD: Tensor) -> Tensor:
        field = lambda state: torch.tanh(state @ matrix_DD.T)  # noqa: E731
        return solve_ode(field, initial_BD, grid, solver, rtol=1e-9, atol=1e-9).states_BTD

    assert torch.autograd.gradcheck(solve, (matrix_DD, initial_BD), atol=1e-4)


def test_a_solution_that_blows_up_names_solver_time_and_remedy():
    """From 1, h' = h^2 is infinite at 1 s; rk4's numbers run out soon after."""
    grid = KnotGrid(torch.tensor([4.0]), 2, 16)
    initial_BD = torch.tensor([[0.0], [1.0]])
    with pytest.raises(NonFiniteError, match=r"rk4: the state of clip 1 is not finite at 1\.\d+ s; .*knots_per_second"):
        solve_ode(torch.square, initial_BD, grid)


def test_an_adaptive_solver_that_cannot_go_on_says_so_in_the_same_words():
    grid = KnotGrid(torch.tensor([4.0]), 1, 16)
    with pytest.raises(NonFiniteError, match=r"dopri5: .* near \S+ s.*rtol"):
        solve_ode(lambda state: state / torch.zeros(()), torch.ones(1, 1), grid, "dopri5")


def test_an_initial_value_that_is_not_finite_is_not_blamed_on_the_solver():
    grid = KnotGrid(torch.tensor([1.0]), 1, 16)
    with pytest.raises(NonFiniteError, match="at 0 s; the weights or the noise"):
        solve_ode(torch.neg, torch.full((1, 1), torch.nan), grid)


def test_autocast_leaves_the_solve_in_float32():
    field, initial_BD = random_field(), torch.randn(2, 8)
    grid = KnotGrid(torch.linspace(0, 1, 9), 2, 24)
    plain_BTD = solve_ode(field, initial_BD, grid).states_BTD
    with torch.autocast("cpu", torch.bfloat16):
        assert field(initial_BD).dtype is torch.bfloat16  # or else this test would show nothing
        cast_BTD = solve_ode(field, initial_BD, grid).states_BTD
    assert cast_BTD.dtype is torch.float32
    assert torch.equal(cast_BTD, plain_BTD)


@pytest.mark.parametrize("solver", ["heun", "midpoint", "euler"])
def test_an_ornstein_uhlenbeck_process_has_its_mean_and_variance(solver: str):
    """From 3, dh = -a h dt + s dW has mean 3 exp(-a t) and variance s^2 (1 - exp(-2 a t)) / 2a."""
    a, s, paths, knots = 1.5, 0.8, 20000, 64
    times_T = torch.tensor([0.5, 2.0])
    grid = KnotGrid(times_T, paths, knots)
    normals_SBD = torch.randn(grid.steps, paths, 1, generator=torch.Generator().manual_seed(0))
    solution = solve_sde(
        lambda state: -a * state,
        lambda state: torch.full_like(state, s),
        torch.full((paths, 1), 3.0),
        normals_SBD,
        grid,
        solver,
    )
    variance_T = s**2 * (1 - torch.exp(-2 * a * times_T)) / (2 * a)
    slack = 0.03 if solver == "euler" else 0.005  # the step's own error; the rest is 5 standard errors of the sample
    mean_T = solution.states_BTD[..., 0].mean(dim=0)
    assert ((mean_T - 3 * torch.exp(-a * times_T)).abs() < slack + 5 * (variance_T / paths).sqrt()).all()
    measured_T = solution.states_BTD[..., 0].var(dim=0)
    assert ((measured_T / variance_T - 1).abs() < slack + 5 * (2 / paths) ** 0.5).all()


@pytest.mark.parametrize(("solver", "correction"), [("euler", 0.5), ("heun", 0.0), ("midpoint", 0.0)])
def test_euler_is_read_as_ito_and_the_others_as_stratonovich(solver: str, correction: float):
    """From 1, dh = s h dW has the solution exp(s W) in Stratonovich's reading, and exp(s W - s^2 t / 2) in Ito's."""
    s, knots, paths = 0.5, 512, 50
    grid = KnotGrid(torch.tensor([1.0]), paths, knots)
    normals_SBD = torch.randn(grid.steps, paths, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    initial_BD = torch.ones(paths, 1, dtype=torch.float64)
    states_BTD = solve_sde(torch.zeros_like, lambda state: s * state, initial_BD, normals_SBD, grid, solver).states_BTD
    brownian_B = normals_SBD.sum(dim=(0, 2)) / knots**0.5
    expected_B = torch.exp(s * brownian_B - correction * s**2)
    assert (states_BTD[:, 0, 0] / expected_B - 1).abs().mean() < 0.02


def test_without_diffusion_an_sde_is_its_ode():
    times_T = torch.linspace(0, 1, 33, dtype=torch.float64)  # knots, where the line between them plays no part
    grid = KnotGrid(times_T, 1, 32)
    initial_BD = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    normals_SBD = torch.randn(32, 1, 2, dtype=torch.float64)
    sde_BTD = solve_sde(oscillator, torch.zeros_like, initial_BD, normals_SBD, grid, "midpoint").states_BTD
    ode_BTD = solve_ode(oscillator, initial_BD, grid, "midpoint").states_BTD
    torch.testing.assert_close(sde_BTD, ode_BTD)


def test_an_sde_that_blows_up_names_solver_and_time():
    grid = KnotGrid(torch.tensor([4.0]), 1, 16)
    with pytest.raises(NonFiniteError, match=r"heun: .* at 1\.\d+ s; .*knots_per_second"):
        solve_sde(torch.square, torch.zeros_like, torch.ones(1, 1), torch.zeros(64, 1, 1), grid)
