"""Pretrained runs: run folders that come with motionkit, each called ``pretrained:NAME`` wherever a run is named."""

import difflib
from importlib import resources
from pathlib import Path

from motionkit.interfaces.errors import RunError

PREFIX = "pretrained:"


def root() -> Path:
    """The folder that they lie in."""
    return Path(str(resources.files("motionkit"))) / "pretrained"


def names() -> list[str]:
    """What there is."""
    return sorted(file.parent.name for file in root().glob("*/run.json"))


def located(run: str | Path) -> Path:
    """The run folder that is meant by a path or by ``pretrained:NAME``.

    Raises:
        RunError: there is no pretrained run of that name.
    """
    name = str(run).removeprefix(PREFIX)
    if name == str(run):
        return Path(run)
    if name not in names():
        near = difflib.get_close_matches(name, names(), n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise RunError(f"there is no pretrained run '{name}'; {hint}There are: {', '.join(names()) or 'none'}")
    return root() / name


def is_pretrained(run: str | Path) -> bool:
    """Whether a run came with motionkit, so that nothing may be written to its folder."""
    return str(run).startswith(PREFIX) or Path(run).absolute().is_relative_to(root())


def output_of(run: str | Path, kind: str) -> Path:
    """Where what was made of a run goes: to ``RUN/KIND``, or to ``KIND/NAME`` here if the run is pretrained."""
    folder = located(run)
    return Path(kind) / folder.name if is_pretrained(folder) else folder / kind
