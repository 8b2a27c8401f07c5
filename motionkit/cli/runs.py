"""``motionkit runs``: what was trained, how far it is, and how good; imports no torch."""

import difflib
import json
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click

from motionkit.cli.console import console
from motionkit.evaluation.score import Score, Scores
from motionkit.interfaces.errors import ConfigError
from motionkit.io.tables import Table
from motionkit.runs.comparison import differences, differences_table, measured_otherwise, score_text, scores_table
from motionkit.runs.run import EARLIER, Run, age, runs_in

SHOWN = ("trajectory_frechet", "video_frechet", "keypoints_followed")
"""The metrics of a list, where nobody names others: of motion, of video, and of what joins the two."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")


class ListsAlone(click.Group):
    """A group that lists where no command follows: ``runs FOLDER`` is ``runs list FOLDER``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {*self.commands, *ctx.help_option_names}
        if not ctx.resilient_parsing and (not args or args[0] not in known):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=ListsAlone)
def runs() -> None:
    """List, show and compare runs. Without a command, list those in a folder.

    A folder that is called like a command is written ./show.

    Example: motionkit runs list runs
    """


@runs.command("list")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("runs"))
@click.option("--metrics", metavar="NAMES", help="Scores to show, with commas between.  "
              f"[default: {', '.join(SHOWN)}]")  # fmt: skip
@click.option("--sort", default="age", show_default=True, metavar="age|name|METRIC",
              help="Newest first, by name, or the best first.")  # fmt: skip
@json_option
def list_runs(folder: Path, metrics: str | None, sort: str, as_json: bool) -> None:
    """List the runs in FOLDER and the folders within; the default is runs.

    Example: motionkit runs list --sort trajectory_frechet
    """
    found, problems = runs_in(folder)
    known = list(dict.fromkeys(name for run in found for name in run.scores))
    shown = [name.strip() for name in metrics.split(",")] if metrics else [name for name in SHOWN if name in known]
    for name in shown:
        _check_metric(name, known)
    found = _sorted(found, sort, known)
    if as_json:
        _print_json({"runs": [run.summary() for run in found], "problems": problems})
        return
    now = datetime.now(timezone.utc)
    rows = [
        (
            run.name,
            ", ".join(run.parts.values()),
            run.data,
            ", ".join(map(str, run.trained.values())),
            age(run.last_trained, now),
            *(score_text(run, name) for name in shown),
        )
        for run in found
    ]
    if rows:
        console().print(Table("", ("run", "parts", "data", "steps", "age", *shown), rows).rich())
    else:
        click.echo(f"there is no run in {folder}")
    if any(run.scores and not run.is_measured for run in found):
        click.echo("* of earlier weights; evaluate the run again")
    for path, reason in problems.items():
        click.echo(f"without {path}: {reason}")


@runs.command()
@click.argument("run")
@json_option
def show(run: str, as_json: bool) -> None:
    """Show what RUN is: its parts, all settings, its files of weights, its scores.

    Example: motionkit runs show pretrained:actions
    """
    it = Run.open(run)
    if as_json:
        _print_json({**it.summary(), "settings": it.settings, "document": it.folder.document})
        return
    console().print(it.facts().rich())
    console().print(
        Table("settings", ("setting", "value"), [(name, _text(value)) for name, value in it.settings.items()]).rich()
    )
    sizes = [(file.name, f"{file.stat().st_size / 2**20:.2f}") for file in sorted(it.folder.path.glob("*.safetensors"))]
    console().print(Table("weights", ("file", "MiB"), sizes).rich())
    if it.scores:
        console().print(Scores(it.scores).table()._replace(title="scores").rich())
        click.echo("" if it.is_measured else f"{EARLIER}\n", nl=False)
    else:
        click.echo(f"It has no scores; next: motionkit evaluate {run}")


@runs.command()
@click.argument("runs", nargs=-1, required=True, metavar="A B [MORE]...")
@json_option
def compare(runs: Sequence[str], as_json: bool) -> None:
    """Compare runs: the settings in which they differ, and their scores beside each other.

    Example: motionkit runs compare runs/first runs/second
    """
    if len(runs) < 2:
        raise click.UsageError("compare wants two runs, or more")
    all_runs = [Run.open(run) for run in runs]
    otherwise = measured_otherwise(all_runs)
    if as_json:
        _print_json(
            {
                "runs": [run.summary() for run in all_runs],
                "differences": differences(all_runs),
                "measured_otherwise": otherwise,
            }
        )
        return
    settings, scores = differences_table(all_runs), scores_table(all_runs)
    if settings.rows:
        console().print(settings.rich())
    else:
        click.echo("They have the same settings.")
    if scores.rows:
        console().print(scores.rich())
        if any(run.scores and not run.is_measured for run in all_runs):
            click.echo("* of earlier weights; evaluate the run again")
    else:
        click.echo("None of them was evaluated.")
    for name, values in otherwise.items():
        told = " and ".join(map(_text, values))
        click.echo(f"These scores can't be compared: they were measured with {name} {told}")


def _sorted(found: list[Run], sort: str, known: Sequence[str]) -> list[Run]:
    if sort == "age":
        return sorted(found, key=lambda run: run.last_trained, reverse=True)
    if sort == "name":
        return found
    _check_metric(sort, known)
    return sorted(found, key=lambda run: _distance(run.scores.get(sort)))


def _distance(score: Score | None) -> float:
    """How far from the best, by which the best comes first; a run without a score comes last."""
    if score is None:
        return float("inf")
    return {"lower": score.value, "higher": -score.value, "real": abs(score.value - score.floor)}[score.better]


def _check_metric(name: str, known: Sequence[str]) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ConfigError(f"no run here was measured by {name}; {hint}There are: {', '.join(known) or 'no scores'}")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _print_json(document: Any) -> None:
    click.echo(json.dumps(document, indent=2))
