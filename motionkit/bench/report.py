"""A benchmark's findings in words: tables for the terminal, and report.md."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from rich.table import Table

from motionkit.bench.results import Outcome, Results, Summary
from motionkit.bench.trials import Trained
from motionkit.evaluation.score import Unavailable
from motionkit.io.text import printable

BETTER = {"lower": "low", "higher": "high", "real": "as real"}
"""Where the best score of a metric lies."""


def plain(text: str) -> str:
    """Text that Markdown shows as it is: a name may hold brackets or bars, and an error may hold lines."""
    return re.sub(r"([\\`*\[\]<>|])", r"\\\1", printable(" ".join(text.split())))


class Sheet(NamedTuple):
    """A table: its title, its columns and its rows, all text."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def rich(self) -> Table:
        """For the terminal."""
        table = Table(*self.columns, title=self.title, title_justify="left")
        for column in table.columns:
            column.overflow = "fold"
        table.columns[0].no_wrap = True
        for row in self.rows:
            table.add_row(*row)
        return table

    def markdown(self) -> str:
        """For a report."""
        lines = [self.columns, tuple("---" for _ in self.columns), *self.rows]
        return "\n".join("| " + " | ".join(map(plain, line)) + " |" for line in lines)


def training_sheet(results: Results) -> Sheet:
    """How long each system was trained, and what failed."""
    rows = [
        (
            outcome.system,
            "" if outcome.seed is None else str(outcome.seed),
            _stages(outcome, lambda it: str(it.steps)),
            _stages(outcome, lambda it: f"{it.seconds / 60:.1f}"),
            f"{sum(it.seconds for it in outcome.training) / 60:.1f}",
            f"failed: {outcome.error}" if outcome.error else "ok",
        )
        for outcome in results.outcomes
    ]
    return Sheet("training", ("system", "seed", "steps", "minutes", "minutes in all", "state"), rows)


def summary_sheet(results: Results) -> Sheet:
    """All metrics of all systems, narrow enough for any terminal."""
    rows = []
    for metric, row in results.measured().items():
        for system, it in row.items():
            title = metric if system == results.systems[0] else ""
            if isinstance(it, Summary):
                spread = "" if it.deviation is None else f" ± {it.deviation:.2g}"
                interval = f"{it.low:.3g} to {it.high:.3g}"
                rows.append((title, system, f"{it.value:.4g}{spread}", interval, f"{it.floor:.4g}", BETTER[it.better]))
            else:
                rows.append((title, system, "none", "", "", ""))
    return Sheet("scores", ("metric", "system", "value", "95 % interval", "real", "best"), rows)


def metric_sheets(results: Results) -> dict[str, Sheet]:
    """A table for each metric that at least one system has."""
    return {name: _metric_sheet(name, row) for name, row in results.measured().items()}


def report(results: Results, pictures: Mapping[str, str]) -> str:
    """The text of report.md.

    Args:
        results: what was found.
        pictures: file names by title; those titled as a metric stand beside its table.
    """
    plan, machine = results.plan, results.environment["hardware"]
    protocol = results.protocol
    sheets = metric_sheets(results)
    lines = [
        f"# {results.systems[0]} and {len(results.systems) - 1} others on {plain(plan['data'])}",
        "",
        f"Candidate: **{results.systems[0]}**. Each system was trained with {_seeds(plan['seeds'])} on the same data, "
        f"{_budget(plan)}, with the preset `{plan['preset']}`. The steps that each got are below."
        + (" A system without a seed is a run that was given, and compared as it was." if plan["runs"] else ""),
        "",
        training_sheet(results).markdown(),
        "",
        f"Every score compares {protocol['n']} generated clips with {protocol['n']} real ones, each of "
        f"{protocol['frames']} frames at {protocol['fps']:g} a second.",
        "",
        "- *value*: mean over seeds",
        "- *95 % interval*: over the choice of clips, from the lowest end of any seed's to the highest",
        "- *over seeds*: standard deviation and range of the seeds' values",
        "- *real*: score of other real clips in the place of generated ones, which a perfect generator would get",
    ]
    for name, sheet in sheets.items():
        lines += ["", f"## {sheet.title}", "", sheet.markdown()]
        lines += ["", f"![{name}]({pictures[name]})"] if name in pictures else []
    if unmeasured := results.unmeasured():
        lines += ["", "## Not measured", "", *(f"- {name}: {plain(reason)}" for name, reason in unmeasured.items())]
    for title, file in pictures.items():
        if title not in sheets:
            lines += ["", f"## {title}", "", f"![{title}]({file})"]
    versions = ", ".join(f"{name} {version}" for name, version in results.environment["versions"].items())
    device = machine["gpu"] or f"{machine['cpu']}, {machine['threads']} of {machine['cores']} cores"
    lines += ["", "## Where it was measured", "", f"{device}. {versions}. All that it takes to repeat it is in "
              "[results.json](results.json).", ""]  # fmt: skip
    return "\n".join(lines)


def _metric_sheet(name: str, row: Mapping[str, Summary | Unavailable]) -> Sheet:
    summaries = [it for it in row.values() if isinstance(it, Summary)]
    rows = [
        (
            system,
            f"{it.value:.4g}",
            f"{it.low:.4g} to {it.high:.4g}",
            _spread(it),
            f"{it.floor:.4g}",
            str(it.n),
            str(len(it.values)),
        )
        if isinstance(it, Summary)
        else (system, it.reason, "", "", "", "", "")
        for system, it in row.items()
    ]
    columns = ("system", "value", "95 % interval", "over seeds", "real", "n", "seeds")
    return Sheet(f"{name} (best: {BETTER[summaries[0].better]})", columns, rows)


def _spread(summary: Summary) -> str:
    if summary.deviation is None:
        return "one seed"
    return f"± {summary.deviation:.2g} ({min(summary.values):.4g} to {max(summary.values):.4g})"


def _stages(outcome: Outcome, say: Callable[[Trained], str]) -> str:
    return ", ".join(f"{it.stage} {say(it)}" for it in outcome.training) or "none"


def _seeds(number: int) -> str:
    return "one seed" if number == 1 else f"{number} seeds"


def _budget(plan: Mapping[str, Any]) -> str:
    if plan["steps"] is None and plan["minutes"] is None:
        return "for the preset's steps of each stage"
    alike = " (a whole generator, which has one stage, got those of both)" if plan["stage"] == "both" else ""
    parts = [f"{plan['steps']} steps a stage"] if plan["steps"] is not None else []
    parts += [f"{plan['minutes']:g} minutes a stage{alike}"] if plan["minutes"] is not None else []
    return "for " + ", or ".join(parts)
