"""The files of a folder and of the folders within, what macOS leaves among them, and what lies elsewhere."""

import itertools
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

from motionkit.interfaces import DataError
from motionkit.io.text import as_path, printable

ARCHIVED = "__MACOSX"
"""The folder that macOS adds to its zip files, for what it knows of the others."""


def is_companion(path: Path) -> bool:
    """Whether macOS wrote the file beside another one: ``._clip.mp4`` holds what it knows of ``clip.mp4``."""
    return path.name.startswith("._")


def files_in(root: Path) -> Iterator[Path]:
    """All files of a folder and the folders within, but those that macOS keeps for itself.

    Warns of each folder that cannot be read, or is a link, and goes on without it.
    """

    def left_out(error: OSError) -> None:
        warnings.warn(f"{printable(str(error.filename))}: is left out ({error.strerror})", stacklevel=2)

    for folder, within, names in os.walk(root, onerror=left_out):
        within[:] = sorted(name for name in within if name != ARCHIVED)
        for link in (Path(folder, name) for name in within if os.path.islink(os.path.join(folder, name))):
            warnings.warn(f"{printable(str(link))}: is left out (a link to another folder)", stacklevel=2)
        yield from (path for name in sorted(names) if not is_companion(path := Path(folder, name)))


def inside(folder: Path, name: str) -> Path:
    """The file of a folder that a text in it names.

    Raises:
        DataError: the name, or a link, leads out of the folder.
    """
    path = folder / as_path(name)
    if _straight(folder, as_path(name)):  # as nearly all are, and it is told in a tenth of the time
        return path
    try:
        there = path.resolve()
        # From Python 3.13 on, links in a circle are no error, and stay what they are.
        stays = there.is_relative_to(folder.resolve()) and not any(it.is_symlink() for it in (there, *there.parents))
    except (OSError, RuntimeError, ValueError):  # links in a circle, or characters that no path has
        stays = False
    if not stays:
        raise DataError(f"{folder}: names {name!r}, which lies elsewhere")
    return path


def _straight(folder: Path, within: Path) -> bool:
    """Whether a path leads from folder to folder downwards, by no link."""
    if within.anchor or ".." in within.parts or "\0" in str(within):
        return False
    steps = itertools.accumulate(within.parts, os.path.join, initial=str(folder))
    return not any(map(os.path.islink, itertools.islice(steps, 1, None)))
