"""A training as it goes: its losses, its samples, its steps, read from the run folder and never written to it."""

import re
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from motionkit.interfaces import DataError, MotionkitError
from motionkit.io.run import RunFolder
from motionkit.studio.memory import Kept
from motionkit.studio.shelf import Item

POINTS = 400
"""Of each curve, the most that are read; of longer ones some at random, the last always."""
FOLLOWED = 4
"""Trainings whose curves are kept."""
SAMPLE = re.compile(r"[a-z]+-\d{6,9}\.png", re.ASCII)
ROLES = ("motion", "renderer", "generator")


class Following:
    """What the page shows of trainings."""

    def __init__(self) -> None:
        self._curves: Kept[EventAccumulator] = Kept(FOLLOWED)

    def state(self, item: Item) -> dict[str, Any]:
        """Everything: losses by name, samples, how far each part is, and what was asked for.

        Raises:
            DataError, RunError: the run is gone, or damaged.
        """
        run = RunFolder.open(item.path)
        steps = {}
        for role in ROLES:
            try:
                steps[role] = run.trained_steps(role)
            except (MotionkitError, OSError, SafetensorError, KeyError, TypeError, ValueError):
                continue  # not saved yet, or no part of this run
        budget = run.document.get("budget")
        return {
            "run": item.id,
            "stamp": changed_at(item),
            "steps": steps,
            "budget": budget if isinstance(budget, dict) else None,
            "curves": self._all_curves(item.path),
            "samples": samples(item.path),
        }

    def _all_curves(self, path: Path) -> dict[str, list[list[float]]]:
        """By name, such as ``motion/loss``: the steps, and the values at them."""
        found: dict[str, list[list[float]]] = {}
        for folder in sorted((path / "events").glob("*")):
            if not folder.is_dir():
                continue
            curves = self._curves.get(folder)
            if curves is None:
                curves = self._curves.put(folder, EventAccumulator(str(folder), size_guidance={"scalars": POINTS}))
            curves.Reload()
            for name in curves.Tags()["scalars"]:
                events = curves.Scalars(name)
                found[name] = [[event.step for event in events], [event.value for event in events]]
        return found


def samples(path: Path) -> list[str]:
    """The names of a run's sample pictures, the newest first."""
    files = [file for file in (path / "samples").glob("*.png") if SAMPLE.fullmatch(file.name)]
    return [file.name for file in sorted(files, key=lambda file: (file.name[-10:], file.name), reverse=True)][:60]


def sample(item: Item, name: str) -> Path:
    """One of a run's sample pictures; raises DataError where it has none of that name."""
    if name not in samples(item.path):
        raise DataError("there is no such sample picture")
    return item.path / "samples" / name


def changed_at(item: Item) -> str:
    """Changes whenever there is news of a training: new points of its curves, new weights, a new sample.

    Raises:
        DataError: the run is gone.
    """
    if not (item.path / "run.json").is_file():
        raise DataError(f"{item.name}: the run is gone; was its folder moved or removed?")
    latest = 0
    for pattern in ("*.safetensors", "events/*/*", "samples"):
        for file in item.path.glob(pattern):
            try:
                latest = max(latest, file.stat().st_mtime_ns)
            except OSError:
                continue  # replaced a moment ago
    return format(latest, "x")


def curves_told(following: Following, item: Item) -> dict[str, Any]:
    """:meth:`Following.state`, or what is wrong in its place."""
    try:
        return following.state(item)
    except (MotionkitError, OSError) as error:
        return {"run": item.id, "problem": str(error)}
