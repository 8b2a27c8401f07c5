"""A run as people want to see it: what was trained, on what, how far, when, and how good it is. Needs no torch."""

import os
from collections.abc import Iterator
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, Field, ValidationError

from motionkit.config import flat
from motionkit.evaluation import record
from motionkit.evaluation.record import Record
from motionkit.evaluation.score import Score, Scores
from motionkit.interfaces.errors import MotionkitError, RunError
from motionkit.io.run import RunFolder
from motionkit.io.tables import Table, escaped
from motionkit.training.sections import STAGES

UNITS = {"d": 86400, "h": 3600, "min": 60, "s": 1}
"""Seconds of what an age is told in."""

EARLIER = "These scores are of earlier weights; evaluate the run again."


class Part(BaseModel, frozen=True):
    """A component, as run.json remembers it."""

    name: str
    distribution: str
    version: str
    config: dict[str, Any]


class Budget(BaseModel, frozen=True):
    """What was last asked of a run: steps or minutes of each stage, or neither."""

    steps: int | None = None
    minutes: float | None = None


class Document(BaseModel, frozen=True):
    """What run.json says, as far as it is shown."""

    motionkit: str
    components: dict[str, Part]
    stages: tuple[str, ...]
    seed: int
    precision: str
    loop: dict[str, Any] = Field(default_factory=dict)
    budget: Budget = Budget()
    clips: str | None = None
    git: str | None = None
    origin: dict[str, str] | None = None


class Trained(NamedTuple):
    """How far a stage is.

    Attributes:
        steps: that its weights were trained.
        planned: steps in all; None where minutes decide.
    """

    steps: int
    planned: int | None

    def __str__(self) -> str:
        return (
            f"{self.steps}" if self.planned is None or self.steps >= self.planned else f"{self.steps} of {self.planned}"
        )


class Run:
    """A run folder, to look at; a notebook shows it as a table.

    Attributes:
        name: what it is called: its path, or a name such as ``pretrained:actions``.
        folder: of the run.
        document: what run.json says.
    """

    def __init__(self, name: str, folder: RunFolder) -> None:
        self.name, self.folder = name, folder
        try:
            self.document = Document.model_validate(folder.document)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"]))
            raise RunError(f"{folder.path / 'run.json'} does not describe a run: {where} is missing or wrong") from None
        if "data" not in self.document.components or not set(self.document.stages) <= STAGES.keys():
            raise RunError(f"{folder.path / 'run.json'} does not describe a run: its data or a stage is missing")

    @classmethod
    def open(cls, run: str | Path) -> "Run":
        """The run in a folder, or that ``pretrained:NAME`` or ``hub:OWNER/NAME`` is.

        Raises:
            RunError: there is none, or it is damaged.
        """
        return cls(str(run), RunFolder.open(run))

    @property
    def parts(self) -> dict[str, str]:
        """The name of what each stage trained, by its role, such as ``motion``."""
        roles = (STAGES[stage].generator for stage in self.document.stages)
        return {role: self.document.components[role].name for role in roles if role in self.document.components}

    @property
    def data(self) -> str:
        """The dataset, by its name or by the folder that it lies in."""
        part = self.document.components["data"]
        return str(part.config.get("path", part.name))

    @cached_property
    def trained(self) -> dict[str, Trained]:
        """How far each stage is.

        Raises:
            RunError: a file of weights is damaged.
        """
        budget, found = self.document.budget, {}
        for stage in self.document.stages:
            role = STAGES[stage].generator
            steps = self.folder.trained_steps(role) if self._weights(role).is_file() else 0
            planned = budget.steps if budget != Budget() else self._settings(f"{stage}_objective").get("steps")
            found[stage] = Trained(steps, planned)
        return found

    @property
    def last_trained(self) -> datetime:
        """When its weights were last written; before there are any, when the run was made."""
        files = [file for stage in self.document.stages if (file := self._weights(STAGES[stage].generator)).is_file()]
        latest = max(file.stat().st_mtime for file in files or [self.folder.path / "run.json"])
        return datetime.fromtimestamp(latest, timezone.utc)

    @cached_property
    def record(self) -> Record | None:
        """Its last evaluation; None where it was never evaluated, or not into its own folder.

        Raises:
            RunError: the file is damaged.
        """
        file = self.folder.path / record.FOLDER / record.NAME
        return Record.read_from(file) if file.is_file() else None

    @property
    def scores(self) -> dict[str, Score]:
        """Those of its last evaluation, by metric; empty where there was none."""
        return {} if self.record is None else self.record.scores

    @cached_property
    def is_measured(self) -> bool:
        """Whether the scores are those of the weights that it has now."""
        return self.record is not None and self.record.weights == self.folder.checksums()

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting by ``section.key``, and the part that is in each section by the section alone."""
        parts = self.document.components
        settings = {section: part.config for section, part in parts.items()} | {"loop": self.document.loop}
        return {section: part.name for section, part in parts.items()} | flat(settings)

    def summary(self) -> dict[str, Any]:
        """What a list says of it, as JSON has it.

        Raises:
            RunError: one of its files is damaged.
        """
        return {
            "run": self.name,
            "parts": self.parts,
            "data": self.data,
            "seed": self.document.seed,
            "steps": {stage: it._asdict() for stage, it in self.trained.items()},
            "trained": self.last_trained.isoformat(timespec="seconds"),
            "scores": {} if self.record is None else self.record.model_dump(mode="json")["scores"],
            "scores_of_these_weights": self.is_measured,
        }

    def facts(self) -> Table:
        """What was trained, how, and when, a row each."""
        told, origin = self.document, self.document.origin or {}
        rows = {
            "parts": said(self.parts),
            "data": self.data,
            "steps": said(self.trained),
            "seed": str(told.seed),
            "precision": told.precision,
            "last trained": f"{self.last_trained:%Y-%m-%d %H:%M} UTC",
            "started from": origin.get("run", ""),
            "motionkit": f"{told.motionkit} {told.git or ''}".strip(),
        }
        return Table("", ("run", self.name), [(name, text) for name, text in rows.items() if text])

    def _repr_html_(self) -> str:
        if not self.scores:
            return self.facts().html()
        earlier = "" if self.is_measured else f"<p>{escaped(EARLIER)}</p>"
        return self.facts().html() + Scores(self.scores).table().html() + earlier

    def __repr__(self) -> str:
        return f"Run({self.name!r}: {said(self.parts)}; {said(self.trained)} steps)"

    def _weights(self, role: str) -> Path:
        return self.folder.path / f"{role}.safetensors"

    def _settings(self, section: str) -> dict[str, Any]:
        part = self.document.components.get(section)
        return {} if part is None else part.config


def runs_in(folder: Path) -> tuple[list[Run], dict[str, str]]:
    """The runs in a folder and the folders within, by their paths; and of each that can't be shown the reason.

    A link is followed to a run, not to a folder of runs.

    Raises:
        RunError: there is no such folder.
    """
    if not folder.is_dir():
        raise RunError(f"{folder} is not a folder, so there are no runs in it")
    runs: list[Run] = []
    problems: dict[str, str] = {}
    for path in _run_folders(folder, problems):
        try:
            run = Run.open(path)
            run.summary()  # so that damage shows here
            runs.append(run)
        except (MotionkitError, OSError) as error:
            problems[str(path)] = str(error)
    return runs, problems


def age(moment: datetime, now: datetime) -> str:
    """How long ago something was, in one unit: ``5 min``; what lies ahead is ``0 s``."""
    seconds = max(0.0, (now - moment).total_seconds())
    unit = next((unit for unit, length in UNITS.items() if seconds >= length), "s")
    return f"{int(seconds / UNITS[unit])} {unit}"


def said(named: dict[str, Any]) -> str:
    """``motion ode, renderer compose``."""
    return ", ".join(f"{name} {it}" for name, it in named.items())


def _run_folders(folder: Path, problems: dict[str, str]) -> Iterator[Path]:
    if (folder / "run.json").is_file():
        yield folder
        return
    try:
        children = sorted(Path(entry.path) for entry in os.scandir(folder) if entry.is_dir())
    except OSError as error:
        problems[str(folder)] = str(error.strerror)
        return
    for child in children:
        if not child.name.startswith(".") and (not child.is_symlink() or (child / "run.json").is_file()):
            yield from _run_folders(child, problems)
