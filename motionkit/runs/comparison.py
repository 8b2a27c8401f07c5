"""Runs side by side: the settings in which they differ, and their scores."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from motionkit.evaluation.record import Record
from motionkit.io.tables import Table
from motionkit.runs.run import Run

NONE = "-"
"""What stands where a run has no such setting, or no such score."""

MARK = "*"
"""Follows a score of earlier weights."""

Beside = dict[str, list[Any]]
"""By name, the value of each run, in their order; None where one has none."""


def differences(runs: Sequence[Run]) -> Beside:
    """The settings in which runs differ, and what else was decided before they were trained."""
    return _differing([_decided(run) for run in runs])


def measured_otherwise(runs: Sequence[Run]) -> Beside:
    """In what the evaluations of runs differ: where there is anything, their scores can't be compared."""
    return _differing([_protocol(run.record) for run in runs if run.record is not None])


def differences_table(runs: Sequence[Run]) -> Table:
    """A row for each setting in which runs differ, a column for each run."""
    rows = [(name, *map(_text, values)) for name, values in differences(runs).items()]
    return Table("settings that differ", ("setting", *(run.name for run in runs)), rows)


def scores_table(runs: Sequence[Run]) -> Table:
    """A row for each metric that a run was measured by, a column for each run."""
    rows = []
    for name in dict.fromkeys(name for run in runs for name in run.scores):
        found = [run.scores[name] for run in runs if name in run.scores]
        floors = dict.fromkeys(f"{score.floor:.4g}" for score in found)
        cells = [
            f"{score_text(run, name)} ({run.scores[name].interval})" if name in run.scores else NONE for run in runs
        ]
        rows.append((name, *cells, " or ".join(floors), found[0].better))
    return Table("scores", ("metric", *(run.name for run in runs), "real", "better"), rows)


def score_text(run: Run, metric: str) -> str:
    """A run's score, marked where it is of earlier weights."""
    if metric not in run.scores:
        return NONE
    return f"{run.scores[metric].value:.4g}{'' if run.is_measured else MARK}"


def _decided(run: Run) -> Mapping[str, Any]:
    told = run.document
    versions = {
        f"{section} version": f"{part.distribution} {part.version}" for section, part in told.components.items()
    }
    return {
        **run.settings,
        **versions,
        "stages": list(told.stages),
        "steps": {stage: it.steps for stage, it in run.trained.items()},
        "seed": told.seed,
        "precision": told.precision,
        "clips": told.clips,
        "started from": told.origin and told.origin.get("run"),
        "git": told.git,
    }


def _protocol(record: Record) -> Mapping[str, Any]:
    protocol = {f"protocol.{name}": value for name, value in record.protocol.items()}
    return {**protocol, "data": record.data, "read": record.read}


def _differing(told: Sequence[Mapping[str, Any]]) -> Beside:
    names = dict.fromkeys(name for each in told for name in each)
    beside = {name: [each.get(name) for each in told] for name in names}
    return {name: values for name, values in beside.items() if any(value != values[0] for value in values)}


def _text(value: Any) -> str:
    if value is None:
        return NONE
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
