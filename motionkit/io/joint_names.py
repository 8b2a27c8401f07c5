"""What joints are called in other programs' files, and which joint of a skeleton each of them is."""

import re
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import NamedTuple

from motionkit.interfaces import DataError

SIDES = {"left": "left", "l": "left", "right": "right", "r": "right"}

# The order decides where a file has two of the names: in those with a LeftArm, LeftShoulder is the collar.
PARTS = {
    "shoulder": ("arm", "uparm", "upperarm", "humerus", "shldrbend", "shoulder", "shldr"),
    "elbow": ("forearm", "forearmbend", "lowarm", "lowerarm", "radius", "elbow"),
    "wrist": ("wrist", "hand"),
    "hip": ("upleg", "upperleg", "thigh", "thighbend", "femur", "hip"),
    "knee": ("knee", "lowleg", "lowerleg", "shin", "calf", "tibia", "leg"),
    "ankle": ("ankle", "foot"),
}
"""What joints are called beside their side: in MotionBuilder (so in CMU's conversions), Biovision, 3ds Max, Blender,
Unreal, DAZ, Acclaim and others. Case and marks between words do not count, nor do words before: those are the program's
own, as in ``mixamorig_LeftArm`` and ``Bip01 L UpperArm``."""

KNOWN = {name: part for part, names in PARTS.items() for name in names}


class Joint(NamedTuple):
    """A name taken apart: its side or "", what it names, which may be unknown, and how many other words it has."""

    side: str
    name: str
    others: int


def taken_apart(name: str) -> Joint:
    """``upperarm_l`` and ``lUpperArm`` are the left upperarm, with no other words; ``Character_LeftArm`` has one."""
    words = [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name.rpartition(":")[2])]
    words = [part for word in words for part in _apart(word)]
    side = next((SIDES[word] for word in words if word in SIDES), "")
    rest = [word for word in words if word not in SIDES]
    numbered = len(rest) > 1 and rest[-1].isdecimal()  # Head1
    rest = rest[:-1] if numbered else rest
    for before in range(len(rest)):
        whole = "".join(rest[before:])
        if whole in KNOWN or whole == "head":
            return Joint(side, whole, before + numbered)
    return Joint(side, "".join(rest), 0)


def matched(joints: Sequence[str], names: Sequence[str], path: Path) -> list[int]:
    """Where each of a skeleton's joints is among the names of a file.

    A name is a joint's if it is spelled alike, whatever the case and the marks between words; else if it has the same
    words in any order, and the same side; else if both name the same part of a human body.

    Raises:
        DataError: two names could be one joint's, or a joint has none.
    """
    found = [_place(joint, names, path) for joint in joints]
    missing = [joint for joint, place in zip(joints, found, strict=True) if place is None]
    if missing:
        raise DataError(f"{path}: has no keypoint for {', '.join(missing)}; it has {', '.join(names)}")
    return [place for place in found if place is not None]


def _place(joint: str, names: Sequence[str], path: Path) -> int | None:
    for spelling in (_letters, _words, _part):
        wanted = spelling(joint)
        fitting = [index for index, name in enumerate(names) if wanted is not None and spelling(name) == wanted]
        if len(fitting) > 1:
            raise DataError(f"{path}: both {names[fitting[0]]} and {names[fitting[1]]} could be the keypoint {joint}")
        if fitting:
            return fitting[0]
    return None


def _letters(name: str) -> Hashable:
    return re.sub(r"[\W_]+", "", name.casefold())


def _words(name: str) -> Hashable:
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+", name)
    return tuple(sorted(SIDES.get(word.lower(), word.lower()) for word in words)) or None


def _part(name: str) -> Hashable:
    joint = taken_apart(name)
    return (joint.side, KNOWN[joint.name]) if joint.name in KNOWN and not joint.others else None


def _apart(word: str) -> list[str]:
    """``leftwrist``, ``lfemur`` and ``wristleft`` in two; any other word as it is."""
    for side in SIDES:
        if word.startswith(side) and word.removeprefix(side) in KNOWN:
            return [side, word.removeprefix(side)]
        if len(side) > 1 and word.endswith(side) and word.removesuffix(side) in KNOWN:
            return [word.removesuffix(side), side]
    return [word]
