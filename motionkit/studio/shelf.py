"""What the studio was started with: runs and clip folders, each known to the page by an id, never by its path."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from motionkit.interfaces import DataError, MotionkitError
from motionkit.io.manifest import NAME as MANIFEST
from motionkit.io.pretrained import PREFIX, located, names
from motionkit.io.run import RunFolder
from motionkit.io.text import printable

DEEPEST, MOST = 3, 300
"""How far below a folder runs are looked for, and how many are shown at most."""


class Item(NamedTuple):
    """A run or a clip folder.

    Attributes:
        id: what the page calls it.
        name: what the command line calls it.
        path: where it lies.
    """

    id: str
    name: str
    path: Path

    @classmethod
    def called(cls, name: str, path: Path) -> "Item":
        """The item that the command line calls by this name."""
        return cls(hashlib.sha256(os.fsencode(name)).hexdigest()[:12], name, path)


class Shelf:
    """Runs and clip folders that may be opened. Folders are looked through anew each time, so new runs are found.

    Args:
        given: run folders, pretrained runs, clip folders, and folders in which those lie.

    Raises:
        RunError: there is no such pretrained run.
        DataError: there is no such folder.
    """

    def __init__(self, given: Sequence[str]) -> None:
        self._given = {name: located(name) for name in given}
        for name, path in self._given.items():
            if not path.is_dir():
                raise DataError(f"{name}: there is no such folder; name a run, a clip folder, or a folder of runs")

    @property
    def runs(self) -> list[Item]:
        """The runs there are now, the pretrained ones last."""
        found = [item for item in self._items() if (item.path / "run.json").is_file()]
        known = {item.path for item in found}
        pretrained = [Item.called(f"{PREFIX}{name}", located(f"{PREFIX}{name}")) for name in names()]
        return [*found, *(item for item in pretrained if item.path not in known)]

    @property
    def folders(self) -> list[Item]:
        """The clip folders there are now."""
        return [item for item in self._items() if (item.path / MANIFEST).is_file()]

    def run(self, id_: str) -> Item:
        """The run of that id.

        Raises:
            DataError: it is not among those that may be opened, or not any more.
        """
        return self._chosen(self.runs, id_, "run")

    def folder(self, id_: str) -> Item:
        """The clip folder of that id; raises DataError likewise."""
        return self._chosen(self.folders, id_, "clip folder")

    @staticmethod
    def _chosen(items: list[Item], id_: str, kind: str) -> Item:
        for item in items:
            if item.id == id_:
                return item
        raise DataError(f"that {kind} is not here any more; was its folder moved or removed?")

    def _items(self) -> Iterator[Item]:
        count = 0
        for name, root in self._given.items():
            for path in _marked(root, DEEPEST):
                within = path.relative_to(root).as_posix()
                yield Item.called(name if within == "." else f"{name.rstrip('/')}/{within}", path)
                count += 1
                if count == MOST:
                    return


def described(item: Item) -> dict[str, Any]:
    """What the page says of a run before it is opened."""
    told: dict[str, Any] = {"id": item.id, "name": printable(item.name)}
    try:
        document = RunFolder.open(item.path).document
        parts = {role: str(ref["name"]) for role, ref in document["components"].items()}
        skeleton = str(document["skeleton"]["name"])
    except (MotionkitError, OSError) as error:
        return told | {"problem": str(error)}
    except (KeyError, TypeError, AttributeError):
        return told | {"problem": f"{item.name}/run.json does not describe a run"}
    moves = "motion" in parts or "generator" in parts
    return told | {"parts": parts, "skeleton": skeleton, "moves": moves, "draws": "renderer" in parts}


def _marked(folder: Path, depth: int) -> Iterator[Path]:
    """The run and clip folders at or below a folder; nothing is looked for within one, and no link is followed."""
    if (folder / "run.json").is_file() or (folder / MANIFEST).is_file():
        yield folder
    elif depth:
        try:
            below = sorted(entry.path for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
        except OSError:
            return
        for path in below:
            if not Path(path).name.startswith("."):
                yield from _marked(Path(path), depth - 1)
