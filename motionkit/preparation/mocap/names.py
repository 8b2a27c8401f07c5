"""Which joints of a capture are shoulders, elbows and so on, whatever program named them."""

from collections.abc import Sequence
from pathlib import Path

from motionkit.interfaces import COCO17, DataError
from motionkit.io.joint_names import PARTS, taken_apart


def joints_by_name(names: Sequence[str], path: Path) -> dict[str, int]:
    """Where the joints of COCO's body, and ``head``, are among the names of a capture.

    ``head`` is the top of the head, or what of it there is: a name with `` end`` is where the bone of that joint ends.

    Raises:
        DataError: a joint cannot be found by its name.
    """
    joints = [taken_apart(name.removesuffix(" end")) for name in names]
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
