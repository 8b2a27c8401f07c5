"""``motionkit bench``."""

import itertools
import sys
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource
from rich.progress import BarColumn, MofNCompleteColumn, Progress

from motionkit.bench import side_by_side
from motionkit.bench.bench import Bench
from motionkit.bench.plan import Plan
from motionkit.bench.publish import publish
from motionkit.bench.report import summary_table, training_table
from motionkit.cli.console import console, description
from motionkit.config import merge, parse_assignments, read_config_file
from motionkit.interfaces import ConfigError
from motionkit.workers import Workers

PENDULUM_METRICS = (
    "trajectory_frechet,pendulum_residual,pendulum_consistency,acceleration,jerk,offgrid_error,offgrid_frechet"
)
TASKS: dict[str, dict[str, Any]] = {
    "actions": {},
    "pendulum": {"data": "motionkit:pendulum", "stage": "motion", "metrics": PENDULUM_METRICS},
}
"""What each task sets, and may then not be set otherwise; but for the metrics."""


@click.command()
@click.option("--baseline", "baselines", multiple=True, metavar="NAME",
              help="A motion model, put in the candidate's place, or a whole generator. Repeat for more.")  # fmt: skip
@click.option("--run", "runs", multiple=True, metavar="PATH", help="A run that is compared as it is. Repeat for more.")
@click.option("--motion", default="ode", show_default=True, help="The candidate's motion model.")
@click.option("--renderer", default="compose", show_default=True, help="Renderer of every motion model.")
@click.option("--task", type=click.Choice(list(TASKS)), default="actions", show_default=True,
              help="What is learnt; pendulum sets the data, the stage and the metrics.")  # fmt: skip
@click.option("--data", help="A dataset's name, or a folder that prepare made.  [default: actions]")
@click.option("--stage", type=click.Choice(["motion", "both"]), default="both", show_default=True,
              help="motion compares keypoints alone, without any renderer.")  # fmt: skip
@click.option("--preset", type=click.Choice(["small", "paper"]), default="small", show_default=True,
              help="Size of everything: small trains on two CPU cores, paper is the paper's.")  # fmt: skip
@click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True,
              help="How often everything is trained: with seeds 0, 1, ...")  # fmt: skip
@click.option("--steps", type=click.IntRange(min=1), help="Steps of each stage; the default is the preset's.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True),
              help="Minutes of each stage, instead of steps; a whole generator gets those of both.")  # fmt: skip
@click.option("--precision", type=click.Choice(["32", "bf16-mixed"]), default="32", show_default=True,
              help="Number format of the networks; ODE states stay in 32 bits.")  # fmt: skip
@click.option("--metrics", metavar="NAMES", help="Metrics, with commas between; the default is all that can be had.")
@click.option("--read", metavar="READER",
              help="Read keypoints in all video, real clips' too: trained, or a detector.")  # fmt: skip
@click.option("-n", "--number", type=click.IntRange(min=2), help="Clips to compare; the default is 256.")
@click.option("--out", type=click.Path(path_type=Path), help="Report folder; the default is below runs/.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True,
              help="How many processes train and measure side by side.")  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", default="", help="A Dask scheduler, whose cluster does the work.")
@click.option("--config", type=click.Path(path_type=Path), help="YAML file of settings, by section.")
@click.option("-o", "--override", multiple=True, metavar="SECTION.KEY=VALUE",
              help="One setting, such as ode.hidden=256 or protocol.frames=32. Repeat for more.")  # fmt: skip
@click.pass_context
def bench(
    context: click.Context,
    task: str,
    metrics: str | None,
    number: int | None,
    out: Path | None,
    workers: int,
    scheduler: str,
    config: Path | None,
    override: tuple[str, ...],
    **chosen: Any,
) -> None:
    """Train a candidate and its baselines alike, measure all by the same clips, and write a report.

    Interrupted, the same command with the same --out goes on where it was.

    Example: motionkit bench --baseline rnn --stage motion --seeds 3 --minutes 5
    """
    by = Workers(workers, scheduler)
    for option in TASKS[task]:
        if option != "metrics" and context.get_parameter_source(option) != ParameterSource.DEFAULT:
            raise ConfigError(f"--task {task} sets the {option}, so --{option} can't go with it")
    settings = merge(read_config_file(config) if config else {}, parse_assignments(override))
    protocol = settings.pop("protocol", {})
    if not isinstance(protocol, dict):
        raise ConfigError("protocol is a section of settings, such as protocol.frames=32, not a value")
    chosen = {option: value for option, value in chosen.items() if value is not None} | TASKS[task]
    if metrics is not None:
        chosen["metrics"] = metrics
    plan = Plan(settings=settings, protocol=protocol | ({} if number is None else {"n": number}), **chosen)
    benchmark = Bench(plan, out or _free_name(plan))
    context.with_resource(benchmark.held())

    terminal = console(stderr=True)
    for name, reason in plan.left_out:
        terminal.print(f"warning: {name} is left out: {reason}", soft_wrap=True)

    def tell(line: str) -> None:
        terminal.print(line, soft_wrap=True)

    if not by.here:
        side_by_side.train(benchmark, by, tell)
    elif stop := benchmark.train(tell):
        click.echo(
            f"motionkit: stopped and saved at step {stop.steps} of stage {stop.stage}; "
            f"the same command with --out {benchmark.folder} goes on",
            err=True,
        )
        sys.exit(130)
    if not by.here:
        results = side_by_side.evaluate(benchmark, by, tell)
    else:
        with Progress(description(), BarColumn(), MofNCompleteColumn(), console=terminal, transient=True) as bar:
            shown = bar.add_task("measuring", total=None)
            results = benchmark.evaluate(
                tell, lambda what, done, total: bar.update(shown, description=what, completed=done, total=total)
            )
    publish(benchmark, results)

    for table in (training_table(results), summary_table(results)):
        console().print(table.rich())
    click.echo(f"report:  {benchmark.folder / 'report.md'}\nfigures: {benchmark.folder / 'results.json'}")
    if failed := [outcome for outcome in results.of(plan.candidate.name) if outcome.error]:
        click.echo(f"motionkit: the candidate failed: {failed[0].error}", err=True)
        sys.exit(1)


def _free_name(plan: Plan) -> Path:
    """The first free folder such as runs/bench-ode+compose-actions, then -2, -3 and so on."""
    data = Path(plan.data.rpartition(":")[2]).name
    stem = f"bench-{plan.candidate.name}-{data}".replace(":", "-")
    candidates = (Path("runs") / (stem if n == 1 else f"{stem}-{n}") for n in itertools.count(1))
    return next(path for path in candidates if not path.exists())
