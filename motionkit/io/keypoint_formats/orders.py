"""Published orders of keypoints, for files that give numbers without names. An order is known by its length."""

from motionkit.interfaces import COCO17, FACE13

BODY_18 = (
    "nose", "neck", "right shoulder", "right elbow", "right wrist", "left shoulder", "left elbow", "left wrist",
    "right hip", "right knee", "right ankle", "left hip", "left knee", "left ankle", "right eye", "left eye",
    "right ear", "left ear",
)  # fmt: skip
"""OpenPose's model COCO."""

BODY_25 = (
    *BODY_18[:8], "middle of the hips", *BODY_18[8:], "left big toe", "left small toe", "left heel", "right big toe",
    "right small toe", "right heel",
)  # fmt: skip
"""OpenPose's BODY_25."""

HALPE_26 = (
    *COCO17.joints, "head", "neck", "middle of the hips", "left big toe", "right big toe", "left small toe",
    "right small toe", "left heel", "right heel",
)  # fmt: skip
"""The body of Halpe, as AlphaPose and RTMPose find it."""

FACE13_OF_68 = (2, 9, 16, 20, 25, 38, 42, 45, 47, 49, 52, 55, 58)
"""Where the keypoints of FACE13 are among the 68 landmarks of iBUG, which are counted from 1."""

_FACE = dict(zip(FACE13_OF_68, FACE13.joints, strict=True))
FACE_68 = tuple(_FACE.get(number, f"face {number}") for number in range(1, 69))
"""The landmarks of iBUG, 300-W and dlib."""

_HANDS = tuple(f"{side} hand {number}" for side in ("left", "right") for number in range(21))

HALPE_136 = (*HALPE_26, *FACE_68, *_HANDS)
"""The whole body of Halpe."""

WHOLEBODY_133 = (
    *COCO17.joints, "left big toe", "left small toe", "left heel", "right big toe", "right small toe", "right heel",
    *FACE_68, *_HANDS,
)  # fmt: skip
"""COCO-WholeBody."""

ORDERS: dict[int, tuple[str, ...]] = {
    len(order): order
    for order in (
        COCO17.joints, BODY_18, BODY_25, HALPE_26, FACE_68, (*FACE_68, "right pupil", "left pupil"), WHOLEBODY_133,
        HALPE_136,
    )
}  # fmt: skip
"""The orders by their lengths; the one of 70 is OpenPose's face."""
