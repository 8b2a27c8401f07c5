"""Pretrained runs: run folders that others trained, called by a name wherever a run is named.

``pretrained:NAME`` came with motionkit, ``hub:OWNER/NAME`` is a repository of the Hugging Face Hub.
"""

import difflib
from importlib import resources
from pathlib import Path

from motionkit.interfaces.errors import RunError
from motionkit.io import hub

PREFIX = "pretrained:"


def root() -> Path:
    """The folder of those that came with motionkit."""
    return Path(str(resources.files("motionkit"))) / "pretrained"


def names() -> list[str]:
    """Which came with motionkit."""
    return sorted(file.parent.name for file in root().glob("*/run.json"))


def located(run: str | Path) -> Path:
    """The run folder that is meant by a path, by ``pretrained:NAME`` or by ``hub:OWNER/NAME``.

    Raises:
        RunError: there is no pretrained run of that name.
    """
    called = _called(run)
    if called.startswith(hub.PREFIX):
        return hub.fetched(called.removeprefix(hub.PREFIX))
    name = called.removeprefix(PREFIX)
    if name == called:
        return Path(run)
    if name not in names():
        near = difflib.get_close_matches(name, names(), n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise RunError(f"there is no pretrained run '{name}'; {hint}There are: {', '.join(names()) or 'none'}")
    return root() / name


def is_pretrained(run: str | Path) -> bool:
    """Whether others trained a run, so that nothing may be written to its folder."""
    if _called(run).startswith((PREFIX, hub.PREFIX)):
        return True
    return Path(run).absolute().is_relative_to(root()) or hub.is_fetched(Path(run))


def output_of(run: str | Path, kind: str) -> Path:
    """Where what was made of a run goes: to ``RUN/KIND``, or to ``KIND/NAME`` here if the run is pretrained."""
    return Path(kind) / name_of(run) if is_pretrained(run) else located(run) / kind


def name_of(run: str | Path) -> str:
    """What a run is called, in a word: the last of its path or of its name."""
    called = _called(run)
    if called.startswith((PREFIX, hub.PREFIX)):
        return called.removeprefix(PREFIX).partition("@")[0].rpartition("/")[2]
    return Path(run).resolve().name


def _called(run: str | Path) -> str:
    """What a user wrote, whose slashes a path may have turned round."""
    return run.as_posix() if isinstance(run, Path) else run
