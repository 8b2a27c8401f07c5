"""What a run says of itself where nothing tells of the machine that it was trained on."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import yaml

from motionkit.io import pretrained
from motionkit.io.run import OF_A_SESSION
from motionkit.runs.run import Run
from motionkit.training.sections import STAGES


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
    """All settings, as ``motionkit train --config`` takes them; each stage's steps are those that it was trained."""
    document, settings = portable(run.folder.document), {}
    for section, part in document["components"].items():
        settings[section] = {"name": part["name"], **part["config"]}
    for stage, trained in run.trained.items():
        objective = settings[f"{stage}_objective"]
        objective["steps"] = trained.steps
        if STAGES[stage].discriminator is None:  # the generator brings it
            del objective["name"]
    settings["loop"] = document.get("loop", {})
    text: str = yaml.dump(settings, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


class _Dumper(yaml.SafeDumper):
    """Writes lists on one line each."""


_Dumper.add_representer(
    list, lambda dumper, it: dumper.represent_sequence("tag:yaml.org,2002:seq", it, flow_style=True)
)
