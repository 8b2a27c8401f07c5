"""BVH, Biovision's format of motion capture."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import numpy as np
from scipy.spatial.transform import Rotation

from motionkit.interfaces import DataError
from motionkit.io.capture import Capture
from motionkit.io.text import read_text

CHANNELS = {f"{axis}{kind}": (kind, axis) for axis in "xyz" for kind in ("position", "rotation")}


def read_bvh(path: Path) -> Capture:
    """Read a BVH file.

    Rotations are applied in the order of the joint's channels, the first outermost, whichever axes they are about. A
    joint's position channels, where it has any, stand in for its offset: files that have both repeat one in the other.

    Raises:
        DataError: the file is missing or is not as it should be; the message names the line.
    """
    try:
        text = read_text(path, errors="replace")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    lines = _Lines(path, text)
    tree = _hierarchy(lines)
    count = int(lines.number_after("Frames:"))
    interval = lines.number_after("Frame Time:")
    if count < 1 or not interval > 0:
        lines.fail(f"{count} frames, each {interval:g} s long, are no motion")
    values_TC = _values(lines, count, tree.channels)
    offsets_TJ3 = np.tile(np.array(tree.offsets), (count, 1, 1))
    rotations_TJ33 = np.tile(np.eye(3), (count, len(tree.names), 1, 1))
    for column, (joint, kind, axis) in zip(values_TC.T, tree.channels, strict=True):
        if kind == "position":
            offsets_TJ3[:, joint, "xyz".index(axis)] = column
        else:
            turn_T33 = Rotation.from_euler(axis, column[:, None], degrees=True).as_matrix()
            rotations_TJ33[:, joint] = rotations_TJ33[:, joint] @ turn_T33
    times_T = np.arange(count) * interval
    return Capture(tuple(tree.names), tuple(tree.parents), times_T, offsets_TJ3, rotations_TJ33)


@dataclass
class _Tree:
    """The joints in the order of the file, and what each column of numbers means: (joint, kind, axis)."""

    names: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    offsets: list[list[float]] = field(default_factory=list)
    channels: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, name: str, parent: int) -> int:
        self.names.append(name)
        self.parents.append(parent)
        self.offsets.append([0.0, 0.0, 0.0])
        return len(self.names) - 1


class _Lines:
    """The lines that are not blank, as words, one after the other, and where we are."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.number = path, 0
        self._lines = self._worded(text)

    def _worded(self, text: str) -> Iterator[list[str]]:
        # A brace may stand on its own line or behind a name: it is a line of its own either way.
        for number, line in enumerate(text.splitlines(), 1):
            self.number = number
            for part in line.replace("{", "\n{\n").replace("}", "\n}\n").splitlines():
                if words := part.split():
                    yield words

    def next(self) -> list[str]:
        words = next(self._lines, None)
        if words is None:
            self.fail("the file ends too early")
        return words

    def expect(self, *words: str) -> None:
        found = self.next()
        if [word.upper() for word in found] != [word.upper() for word in words]:
            self.fail(f"expected {' '.join(words)}, found {' '.join(found)[:60]!r}")

    def number_after(self, label: str) -> float:
        *words, value = self.next()
        if " ".join(words).lower() != label.lower():
            self.fail(f"expected {label} and a number")
        return self.numbers([value])[0]

    def numbers(self, words: list[str]) -> list[float]:
        try:
            numbers = [float(word) for word in words]
        except ValueError:
            self.fail(f"expected numbers, found {' '.join(words)[:60]!r}")
        if not np.isfinite(numbers).all():
            self.fail("holds numbers that are not finite")
        return numbers

    def fail(self, what: str) -> NoReturn:
        raise DataError(f"{self.path}: line {self.number}: {what}")


def _hierarchy(lines: _Lines) -> _Tree:
    tree = _Tree()
    lines.expect("HIERARCHY")
    kind, *name = lines.next()
    if kind.upper() != "ROOT":
        lines.fail(f"expected ROOT and a name, found {kind[:60]!r}")
    open_joints = [tree.add(" ".join(name), -1)]
    lines.expect("{")
    while open_joints:
        kind, *rest = lines.next()
        joint = open_joints[-1]
        match kind.upper():
            case "OFFSET" if len(rest) == 3:
                tree.offsets[joint] = lines.numbers(rest)
            case "CHANNELS" if rest and all(word.lower() in CHANNELS for word in rest[1:]):
                if rest[0] != str(len(rest) - 1):
                    lines.fail(f"says {rest[0]} channels and names {len(rest) - 1}")
                tree.channels += [(joint, *CHANNELS[word.lower()]) for word in rest[1:]]
            case "JOINT":
                open_joints.append(tree.add(" ".join(rest), joint))
                lines.expect("{")
            case "END":
                open_joints.append(tree.add(f"{tree.names[joint]} end", joint))
                lines.expect("{")
            case "}":
                open_joints.pop()
            case _:
                lines.fail(
                    f"expected OFFSET, CHANNELS, JOINT, End Site or a brace, found {' '.join([kind, *rest])[:60]!r}"
                )
    lines.expect("MOTION")
    return tree


def _values(lines: _Lines, count: int, channels: list[tuple[int, str, str]]) -> np.ndarray:
    rows = []
    for _ in range(count):
        row = lines.next()
        if len(row) != len(channels):
            lines.fail(f"has {len(row)} numbers, but the joints have {len(channels)} channels")
        rows.append(lines.numbers(row))
    return np.array(rows).reshape(count, len(channels))
