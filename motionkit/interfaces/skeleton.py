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


def _face13() -> Skeleton:
    joints = (
        *("right jaw", "chin", "left jaw", "right brow", "left brow", "right upper lid", "right lower lid"),
        *("left upper lid", "left lower lid", "right mouth corner", "upper lip", "left mouth corner", "lower lip"),
    )
    at = {name: index for index, name in enumerate(joints)}
    lines = [("jaw", "brow"), ("brow", "upper lid"), ("upper lid", "lower lid"), ("lower lid", "mouth corner")]
    bones = [(at[f"{side} {a}"], at[f"{side} {b}"]) for a, b in lines for side in ("right", "left")]
    bones += [(at[f"{side} jaw"], at["chin"]) for side in ("right", "left")] + [(at["right brow"], at["left brow"])]
    bones += [(at[f"{side} mouth corner"], at[lip]) for lip in ("upper lip", "lower lip") for side in ("right", "left")]
    swap = {"left": "right", "right": "left"}
    words = [name.partition(" ") for name in joints]
    mirror = [
        at[f"{swap[first]} {rest}" if first in swap else name]
        for name, (first, _, rest) in zip(joints, words, strict=True)
    ]
    return Skeleton("face-13", joints, tuple(bones), tuple(mirror))


FACE13 = _face13()
"""13 of the 68 landmarks of a face, as MODE-GAN takes them: 2, 9, 16, 20, 25, 38, 42, 45, 47, 49, 52, 55 and 58.

Left and right are the person's own. A brow is its middle; a lid's point is a third of the way from the
eye's middle to its outer corner; lips are at their outer edges.
"""
