"""Skeletons: what the keypoints of a dataset are called, which of them are joined, and what a mirror does to them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Skeleton:
    """The K keypoints that a dataset has and a motion model makes, in order.

    Attributes:
        name: what two components compare to see whether they speak of the same keypoints, such as ``coco-17``.
        joints: K names.
        bones: pairs of joint indices that a picture joins with a line. A bone's length is a property of the body, so
            gates and metrics measure it.
        mirror: for each joint, the index of the joint whose place it takes in a mirrored picture (left wrist for
            right wrist); a joint on the middle axis names itself.
    """

    name: str
    joints: tuple[str, ...]
    bones: tuple[tuple[int, int], ...]
    mirror: tuple[int, ...]

    @property
    def size(self) -> int:
        """K, the number of keypoints."""
        return len(self.joints)

    def index(self, joint: str) -> int:
        """The position of the joint of that name."""
        return self.joints.index(joint)


def _coco17() -> Skeleton:
    pairs = ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    joints = ("nose", *(f"{side} {part}" for part in pairs for side in ("left", "right")))
    at = {name: index for index, name in enumerate(joints)}
    limbs = [("shoulder", "elbow"), ("elbow", "wrist"), ("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle")]
    limbs += [("eye", "ear")]
    bones = [(at[f"{side} {a}"], at[f"{side} {b}"]) for a, b in limbs for side in ("left", "right")]
    bones += [(at["left shoulder"], at["right shoulder"]), (at["left hip"], at["right hip"])]
    bones += [(at["nose"], at["left eye"]), (at["nose"], at["right eye"])]
    swap = {"left": "right", "right": "left"}
    mirror = [0] + [at[f"{swap[side]} {part}"] for part in pairs for side in ("left", "right")]
    return Skeleton("coco-17", joints, tuple(bones), tuple(mirror))


COCO17 = _coco17()
"""The 17 body keypoints of COCO: nose, then left and right eye, ear, shoulder, elbow, wrist, hip, knee, ankle."""
