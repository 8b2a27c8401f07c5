"""Where curves, pictures and scores go: accelerate's trackers, kept from sending what nobody asked to send."""

import importlib.util
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from accelerate import PartialState
from accelerate.tracking import LOGGER_TYPE_TO_CLASS, GeneralTracker
from accelerate.utils import LoggerType
from PIL import Image

from motionkit.interfaces import ConfigError, RunError
from motionkit.io.run import RunFolder
from motionkit.surroundings import without
from motionkit.training.launch import foreign

DEFAULT = ("tensorboard",)
ENTRY = "track"
"""The entry of run.json that names the trackers; like the budget, it may change from session to session."""

PROJECT = "motionkit"
"""What trackers that keep the runs of many projects call this one."""

LOCAL = {
    "wandb": {"WANDB_MODE": "offline", "WANDB_CONSOLE": "off"},
    "mlflow": {
        "MLFLOW_TRACKING_URI": "file:{events}/mlflow",
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    },
    "swanlab": {"SWANLAB_MODE": "offline", "SWANLAB_LOG_DIR": "{events}/swanlog"},
    "clearml": {"CLEARML_OFFLINE_MODE": "1"},
}
"""By tracker, the environment under which all stays on this machine; what a user has set there goes before."""


def check(names: Sequence[str]) -> None:
    """See that there are such trackers.

    Raises:
        ConfigError: one is unknown, or its package is not installed.
    """
    for name in names:
        if name not in LOGGER_TYPE_TO_CLASS:
            raise ConfigError(f"there is no tracker {name}; there are: {', '.join(LOGGER_TYPE_TO_CLASS)}")
        if name in LoggerType.list() and importlib.util.find_spec(name) is None:
            raise ConfigError(f"--track {name} needs the package {name}: pip install {name}")


def chosen(run: RunFolder) -> tuple[str, ...]:
    """The trackers of a run; those of one that names none are :data:`DEFAULT`.

    Raises:
        RunError: its run.json names something else.
        ConfigError: one is unknown, or its package is not installed.
    """
    names = run.document.get(ENTRY, DEFAULT)
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise RunError(f"{run.path / 'run.json'} does not name its trackers: {json.dumps(names)}")
    check(names)
    return tuple(names)


class Tracking:
    """What is going on in a stage of a run, or came of its evaluation, as its trackers show it.

    Args:
        trackers: accelerate's, started.
    """

    def __init__(self, trackers: Sequence[GeneralTracker]) -> None:
        self.trackers = trackers

    def log(self, values: Mapping[str, float], step: int) -> None:
        """Add a point to curves, by their names."""
        for tracker in self.trackers:
            tracker.log(dict(values), step=step)

    def picture(self, name: str, file: Path, step: int) -> None:
        """Add a picture that lies in a file; a tracker that takes no pictures is passed over."""
        picture_1HWC = np.asarray(Image.open(file).convert("RGB"))[None] if self.trackers else None
        for tracker in self.trackers:
            if tracker.name == "tensorboard":
                tracker.log_images({name: picture_1HWC}, step=step, dataformats="NHWC")
            elif tracker.name == "trackio":
                import trackio

                tracker.log({name: trackio.Image(str(file))}, step=step)
            elif hasattr(tracker, "log_images"):
                tracker.log_images({name: picture_1HWC}, step=step)
            elif hasattr(tracker, "log_artifact"):
                tracker.log_artifact(str(file), name)


@contextmanager
def tracking(
    names: Sequence[str], run: RunFolder, what: str, step: int, settings: Mapping[str, Any]
) -> Iterator[Tracking]:
    """The trackers of a run until the block ends.

    Args:
        names: see :func:`chosen`; none where another process tracks.
        run: whose they are.
        what: is tracked: a stage, or ``evaluation``; each is a run of its own to the trackers.
        step: at which it goes on.
        settings: by name, for trackers that compare runs by them.

    Raises:
        ConfigError: a tracker can't be started.
    """
    with without(*foreign()):
        PartialState()  # accelerate's trackers ask which of several processes this is
    with _local(names, run):
        trackers: list[GeneralTracker] = []
        try:
            for name in names:
                trackers.append(_started(name, run, what, step))
                if name != "tensorboard":  # which would make a folder of its own for them
                    trackers[-1].store_init_configuration({key: _plain(value) for key, value in settings.items()})
            yield Tracking(trackers)
        finally:
            for tracker in trackers:
                tracker.finish()


def _started(name: str, run: RunFolder, what: str, step: int) -> GeneralTracker:
    kind, events = LOGGER_TYPE_TO_CLASS[name], str(run.folder("events"))
    title = f"{run.path.resolve().name}-{what}" + (f" from step {step}" if step else "")
    options: dict[str, dict[str, Any]] = {
        "tensorboard": {"purge_step": step + 1},
        "wandb": {"name": title, "group": run.path.resolve().name, "dir": events},
        "trackio": {"name": title, "group": run.path.resolve().name},
        "mlflow": {"run_name": title},
        "swanlab": {"experiment_name": title},
        "clearml": {"task_name": title},
    }
    project = what if name == "tensorboard" else PROJECT
    place = (events,) if kind.requires_logging_directory else ()
    try:
        tracker: GeneralTracker = kind(project, *place, **options.get(name, {}))
        tracker.start()
    except Exception as error:  # of whatever library it is
        raise ConfigError(f"the tracker {name} did not start: {' '.join(str(error).split())}") from None
    return tracker


@contextmanager
def _local(names: Sequence[str], run: RunFolder) -> Iterator[None]:
    """The environment under which these trackers send nothing, but for what the user's own says."""
    events = (run.path / "events").absolute()
    wanted = {key: value.format(events=events) for name in names for key, value in LOCAL.get(name, {}).items()}
    missing = {key: value for key, value in wanted.items() if key not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for key in missing:
            os.environ.pop(key, None)


def _plain(value: Any) -> Any:
    """A value as trackers take one: lists are text."""
    return value if value is None or isinstance(value, str | int | float) else json.dumps(value)
