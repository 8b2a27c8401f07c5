"""Which joints of a capture are shoulders, elbows and so on, whatever program named them."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from motionkit.interfaces import COCO17, DataError

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


def joints_by_name(names: Sequence[str], path: Path) -> dict[str, int]:
    """Where the joints of COCO's body, and ``head``, are among the names of a capture.

    ``head`` is the top of the head, or what of it there is: a name with `` end`` is where the bone of that joint ends.

    Raises:
        DataError: a joint cannot be found by its name.
    """
    joints = [_joint(name.removesuffix(" end")) for name in names]
    found: dict[str, int] = {}
    for keypoint in COCO17.joints[5:]:
        side, part = keypoint.split()
        fitting = [
            (PARTS[part].index(joint.name), joint.others, index)
            for index, joint in enumerate(joints)
            if joint.side == side and joint.name in PARTS[part] and not names[index].endswith(" end")
        ]
        if fitting:
            found[keypoint] = min(fitting)[2]
    heads = [
        (joint.others, not names[index].endswith(" end"), index)
        for index, joint in enumerate(joints)
        if joint.name == "head" and not joint.side
    ]
    if heads:
        found["head"] = min(heads)[2]
    missing = [joint for joint in (*COCO17.joints[5:], "head") if joint not in found]
    if missing:
        raise DataError(
            f"{path}: none of its joints is known as {', '.join(missing)}; "
            f"it has {', '.join(name for name in names if not name.endswith(' end'))}"
        )
    return found


def _joint(name: str) -> Joint:
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


def _apart(word: str) -> list[str]:
    """``leftwrist``, ``lfemur`` and ``wristleft`` in two; any other word as it is."""
    for side in SIDES:
        if word.startswith(side) and word.removeprefix(side) in KNOWN:
            return [side, word.removeprefix(side)]
        if len(side) > 1 and word.endswith(side) and word.removesuffix(side) in KNOWN:
            return [word.removesuffix(side), side]
    return [word]
