"""What a run says of itself where nothing tells of the machine that it was trained on."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from motionkit.io import pretrained
from motionkit.io.run import OF_A_SESSION, RunFolder
from motionkit.runs.run import Run
from motionkit.training.experiment import Experiment
from motionkit.training.loop import Budget
from motionkit.training.settings_file import settings_file


def portable(document: Mapping[str, Any]) -> dict[str, Any]:
    """What run.json says, without folders of this machine, and without what was asked of one session."""
    told: dict[str, Any] = placeless({key: it for key, it in document.items() if key not in ("format", *OF_A_SESSION)})
    data = told["components"]["data"]["config"]
    if "path" in data:
        data["path"] = Path(data["path"]).name
    if "origin" in told and not pretrained.is_pretrained(told["origin"]["run"]):
        told["origin"]["run"] = Path(told["origin"]["run"]).name
    return told


def placeless(value: Any) -> Any:
    """A copy of a JSON value in which each absolute path is its last name."""
    if isinstance(value, dict):
        return {key: placeless(it) for key, it in value.items()}
    if isinstance(value, list):
        return [placeless(it) for it in value]
    if isinstance(value, str):
        for kind in (PurePosixPath, PureWindowsPath):
            if kind(value).is_absolute():
                return kind(value).name
    return value


def settings_yaml(run: Run) -> str:
    """All settings, as ``motionkit train --config`` takes them; each stage's steps are those that it was trained.

    Raises:
        RunError: run.json does not describe a training.
        PluginError: a component is not installed.
    """
    experiment = Experiment.of(RunFolder.planned(run.folder.path, portable(run.folder.document)))
    components = dict(experiment.components)
    for stage, trained in run.trained.items():
        ref = components[f"{stage}_objective"]
        components[f"{stage}_objective"] = ref.model_copy(update={"config": ref.config | {"steps": trained.steps}})
    return settings_file(experiment.model_copy(update={"components": components}), Budget(None, None))
