"""The files of a folder and of the folders within, and what macOS leaves among them."""

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

from motionkit.io.text import printable

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
