"""A benchmark's findings in words: tables for the terminal, and report.md."""

from collections.abc import Callable, Mapping
from typing import Any

from motionkit.bench.results import Outcome, Results, Summary
from motionkit.bench.trials import Trained
from motionkit.evaluation.score import Unavailable
from motionkit.io.tables import Table, plain

BETTER = {"lower": "low", "higher": "high", "real": "as real"}
"""Where the best score of a metric lies."""


def training_table(results: Results) -> Table:
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
    return Table("training", ("system", "seed", "steps", "minutes", "minutes in all", "state"), rows)


def summary_table(results: Results) -> Table:
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
    return Table("scores", ("metric", "system", "value", "95 % interval", "real", "best"), rows)


def metric_tables(results: Results) -> dict[str, Table]:
    """A table for each metric that at least one system has."""
    return {name: _metric_table(name, row) for name, row in results.measured().items()}


def report(results: Results, pictures: Mapping[str, str]) -> str:
    """The text of report.md.

    Args:
        results: what was found.
        pictures: file names by title; those titled as a metric stand beside its table.
    """
    plan, machine = results.plan, results.environment["hardware"]
    protocol = results.protocol
    tables = metric_tables(results)
    lines = [
        f"# {results.systems[0]} and {len(results.systems) - 1} others on {plain(plan['data'])}",
        "",
        f"Candidate: **{results.systems[0]}**. Each system was trained with {_seeds(plan['seeds'])} on the same data, "
        f"{_budget(plan)}, with the preset `{plan['preset']}`. The steps that each got are below."
        + (" A system without a seed is a run that was given, and compared as it was." if plan["runs"] else ""),
        "",
        training_table(results).markdown(),
        "",
        f"Every score compares {protocol['n']} generated clips with {protocol['n']} real ones, each of "
        f"{protocol['frames']} frames at {protocol['fps']:g} a second.",
        "",
        "- *value*: mean over seeds",
        "- *95 % interval*: over the choice of clips, from the lowest end of any seed's to the highest",
        "- *over seeds*: standard deviation and range of the seeds' values",
        "- *real*: score of other real clips in the place of generated ones, which a perfect generator would get",
    ]
    for name, table in tables.items():
        lines += ["", f"## {table.title}", "", table.markdown()]
        lines += ["", f"![{name}]({pictures[name]})"] if name in pictures else []
    if unmeasured := results.unmeasured():
        lines += ["", "## Not measured", "", *(f"- {name}: {plain(reason)}" for name, reason in unmeasured.items())]
    for title, file in pictures.items():
        if title not in tables:
            lines += ["", f"## {title}", "", f"![{title}]({file})"]
    versions = ", ".join(f"{name} {version}" for name, version in results.environment["versions"].items())
    device = machine["gpu"] or f"{machine['cpu']}, {machine['threads']} of {machine['cores']} cores"
    lines += ["", "## Where it was measured", "", f"{device}. {versions}. All that it takes to repeat it is in "
              "[results.json](results.json).", ""]  # fmt: skip
    return "\n".join(lines)


def _metric_table(name: str, row: Mapping[str, Summary | Unavailable]) -> Table:
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
    return Table(f"{name} (best: {BETTER[summaries[0].better]})", columns, rows)


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
