"""A benchmark by many workers: trials trained, and systems measured, side by side, each by a process of its own."""

import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager, redirect_stderr
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from motionkit.bench.bench import Bench, Tell, called
from motionkit.bench.plan import Plan
from motionkit.bench.results import Outcome, Results
from motionkit.bench.systems import System, Trial
from motionkit.workers import KILLED, Workers


@dataclass(frozen=True)
class Place:
    """What a worker needs to make the benchmark for itself.

    Attributes:
        plan: as JSON.
        folder: of the report.
        directory: where the command was given, from where relative paths of its settings start.
    """

    plan: str
    folder: Path
    directory: Path

    @classmethod
    def of(cls, bench: Bench) -> "Place":
        return cls(bench.plan.model_dump_json(), bench.folder.absolute(), Path.cwd())


class Training(NamedTuple):
    """A trial to train."""

    place: Place
    trial: Trial


class Measurement(NamedTuple):
    """A system to measure, where these trials failed."""

    place: Place
    errors: dict[Trial, str]
    system: System
    seed: int | None


class End(NamedTuple):
    """How a training ended: why it failed, if it did, and what it warned of."""

    error: str | None
    warnings: tuple[str, ...]


def train(bench: Bench, workers: Workers, tell: Tell) -> None:
    """Train all trials that are not finished, side by side; as :meth:`Bench.train` does it one after another.

    A trial whose worker was killed is gone on with from its last checkpoint.

    Raises:
        ConfigError, DataError: there is no Dask cluster where it should be, or it was lost.
    """
    place = Place.of(bench)
    tasks = [Training(place, trial) for trial in bench.experiments]
    with closing(workers.each(train_one, tasks)) as ends:
        for number, (task, end) in enumerate(ends, 1):
            error, warned = end or End(KILLED, ())
            for message in warned:
                warnings.warn(f"{task.trial.name}: {message}", stacklevel=2)
            tell(f"[{number}/{len(tasks)}] {task.trial.name}" + (f" failed: {error}" if error else ""))
            if error:
                bench.errors[task.trial] = error


def evaluate(bench: Bench, workers: Workers, tell: Tell) -> Results:
    """Measure every system and seed, side by side; as :meth:`Bench.evaluate` does it one after another.

    Raises:
        ConfigError, DataError: there is no Dask cluster where it should be, or it was lost.
    """
    place = Place.of(bench)
    tasks = [Measurement(place, bench.errors, system, seed) for system, seed in bench.measurements()]
    found: dict[tuple[str, int | None], Outcome] = {}
    with closing(workers.each(measure_one, tasks)) as outcomes:
        for task, outcome in outcomes:
            tell(f"measured {called(task.system, task.seed)}")
            key = (task.system.name, task.seed)
            found[key] = outcome or Outcome(system=task.system.name, seed=task.seed, error=KILLED)
    return bench.results([found[system.name, seed] for system, seed in bench.measurements()])


def train_one(task: Training) -> End:
    """Train a trial in this process."""
    with _alone(task.place) as bench, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        bench.errors.pop(task.trial, None)
        stop = bench.train_one(task.trial)
        error = bench.errors.get(task.trial) or (stop and f"its worker was stopped at step {stop.steps}")
    return End(error, tuple(dict.fromkeys(str(it.message) for it in caught if it.category is UserWarning)))


def measure_one(task: Measurement) -> Outcome:
    """Measure a system in this process."""
    with _alone(task.place) as bench:
        bench.errors = dict(task.errors)
        return bench.outcome(task.system, task.seed)


_ONE_AT_A_TIME = threading.Lock()
"""Workers of a cluster may have several threads, but torch's seed and number of threads are the whole process's."""


@contextmanager
def _alone(place: Place) -> Iterator[Bench]:
    """The benchmark, in a process that does nothing else meanwhile, and shows nothing."""
    with _ONE_AT_A_TIME, open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):
        before = Path.cwd()
        os.chdir(place.directory)
        try:
            yield _bench(place)
        finally:
            os.chdir(before)


@lru_cache(maxsize=1)
def _bench(place: Place) -> Bench:
    """Kept from task to task, because it remembers what was measured of real clips."""
    return Bench(Plan.model_validate_json(place.plan), place.folder)
