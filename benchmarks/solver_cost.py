"""What one second of a neural ODE costs, forward and backward, by the number of output times.

Ours (rk4 on knots, all outputs in one expression) against torchdiffeq's ``odeint`` with dopri5 at rtol 1e-5, asked for
the same times. Both run in one process on one thread, in turn, so that a busy machine slows both: read the ratios.

    python benchmarks/solver_cost.py [--repeats 3] [--out FILE]
"""

import argparse
import copy
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn
from torchdiffeq import odeint

from motionkit.evaluation.environment import environment
from motionkit.io.atomic import replacing
from motionkit.motion.ode import OdeMotion
from motionkit.numerics.knots import KnotGrid
from motionkit.numerics.solve import solve_ode

CLIPS, WIDTH = 64, 128
OUTPUTS = (16, 256, 1024)
ROUNDS = 7
KNOTS = OdeMotion.Config().knots_per_second

Solve = Callable[[nn.Module, Tensor, Tensor], Tensor]
"""A field, the state at time 0 (B, D) and times (T,), to states (B, T, D)."""


def brisk_field() -> nn.Module:
    """Three layers, 128 wide, at a gain at which dopri5 at rtol 1e-5 calls it 74 times in the second."""
    layers = [nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, WIDTH)]
    for layer in layers[::2]:
        nn.init.xavier_normal_(layer.weight, gain=2.5)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


def ours(field: nn.Module, initial_BD: Tensor, times_T: Tensor, knots: int = KNOTS) -> Tensor:
    return solve_ode(field, initial_BD, KnotGrid(times_T, len(initial_BD), knots)).states_BTD


def direct(field: nn.Module, initial_BD: Tensor, times_T: Tensor, rtol: float = 1e-5, atol: float = 1e-6) -> Tensor:
    times_T = torch.cat([times_T.new_zeros(1), times_T])
    states_TBD = odeint(lambda _, state: field(state), initial_BD, times_T, method="dopri5", rtol=rtol, atol=atol)
    return states_TBD[1:].transpose(0, 1)


def even_times(count: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.arange(1, count + 1, dtype=dtype) / count


def milliseconds(solve: Solve, field: nn.Module, initial_BD: Tensor, times_T: Tensor) -> tuple[float, float]:
    """Forward, and forward with backward to the weights and the initial state.

    The gradient that comes in is given: a loss on a thousand states would cost more than our solve, and blur it.
    """
    initial_BD = initial_BD.clone().requires_grad_()
    gradient_BTD = torch.randn(len(initial_BD), len(times_T), initial_BD.shape[1])
    field.zero_grad()
    start = time.perf_counter()
    states_BTD = solve(field, initial_BD, times_T)
    forward = time.perf_counter()
    states_BTD.backward(gradient_BTD)
    return 1e3 * (forward - start), 1e3 * (time.perf_counter() - start)


def field_calls(solve: Solve, field: nn.Module, initial_BD: Tensor, times_T: Tensor) -> int:
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    hook = field.register_forward_hook(count)
    solve(field, initial_BD, times_T)
    hook.remove()
    return calls


def measure(repeats: int) -> dict:
    torch.manual_seed(0)
    field, initial_BD = brisk_field(), torch.randn(CLIPS, WIDTH)
    with torch.no_grad():
        field64 = copy.deepcopy(field).double()
        exact_BTD = direct(field64, initial_BD.double(), even_times(1024, torch.float64), rtol=1e-10, atol=1e-11)

        def error(solve: Solve) -> float:
            return float((solve(field, initial_BD, even_times(1024)) - exact_BTD).abs().max())

        errors = {"ours": error(ours), "dopri5": error(direct)}
        by_knots = {str(n): error(lambda *arguments, n=n: ours(*arguments, knots=n)) for n in (16, 20, 24, 28, 32)}
        calls = {name: field_calls(solve, field, initial_BD, even_times(16)) for name, solve in SOLVERS.items()}
    runs: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for turn in range(ROUNDS * repeats):
        for count in OUTPUTS:
            for name, solve in SOLVERS.items():
                if (name, count) == ("dopri5", 1024) and turn % ROUNDS:
                    continue  # many seconds a run, which disturbances hardly change
                run = milliseconds(solve, field, initial_BD, even_times(count))
                runs.setdefault((name, count), []).append(run)
    costs = [
        {
            "solver": name,
            "outputs": count,
            "forward_ms": round(statistics.median(run[0] for run in cell), 1),
            "forward_backward_ms": round(statistics.median(run[1] for run in cell), 1),
        }
        for (name, count), cell in runs.items()
    ]
    both = {(cost["solver"], cost["outputs"]): cost["forward_backward_ms"] for cost in costs}
    return {
        "setting": {"clips": CLIPS, "width": WIDTH, "seconds": 1, "dtype": "float32", "threads": 1, "repeats": repeats},
        **environment(),
        "knots_per_second": KNOTS,
        "field_calls": calls,
        "largest_error": errors,
        "largest_error_by_knots_per_second": by_knots,
        "costs": costs,
        "ratios": {
            "dopri5 / ours at 16": both["dopri5", 16] / both["ours", 16],
            "dopri5 / ours at 256": both["dopri5", 256] / both["ours", 256],
            "dopri5 / ours at 1024": both["dopri5", 1024] / both["ours", 1024],
            "ours at 1024 / ours at 16": both["ours", 1024] / both["ours", 16],
        },
    }


SOLVERS: dict[str, Solve] = {"ours": ours, "dopri5": direct}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--repeats",
        type=int,
        default=3,
        help="runs of the slowest case; the others run seven times as often",
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "solver_cost.json")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    result = measure(arguments.repeats)

    table = Table(title=f"{CLIPS} clips, {WIDTH} wide, 1 s, {result['hardware']['cpu']}, 1 thread: ms")
    for heading in ("solver", "field calls", "largest error", *(f"T={count}" for count in OUTPUTS)):
        table.add_column(heading, justify="right")
    for name in SOLVERS:
        cells = [cost for cost in result["costs"] if cost["solver"] == name]
        times = [f"{cost['forward_ms']:.0f} / {cost['forward_backward_ms']:.0f}" for cost in cells]
        table.add_row(name, str(result["field_calls"][name]), f"{result['largest_error'][name]:.1e}", *times)
    console = Console()
    console.print(table)
    for name, ratio in result["ratios"].items():
        console.print(f"{name}: {ratio:.2f}")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    with replacing(arguments.out) as temporary:
        temporary.write_text(json.dumps(result, indent=2) + "\n")
    console.print(f"written to {arguments.out}")


if __name__ == "__main__":
    main()
