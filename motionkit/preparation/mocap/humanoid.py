"""The joints of a captured body as COCO's 17 keypoints, whatever the file's unit is, and whichever axis is up."""

from pathlib import Path

import numpy as np

from motionkit.drawing.person.body import Body
from motionkit.interfaces import COCO17, DataError
from motionkit.io.capture import Capture
from motionkit.preparation.mocap.names import joints_by_name
from motionkit.preparation.mocap.upright import upright

SYNTHESISED = COCO17.joints[:5]
"""Nose, eyes and ears: no capture has them. They are placed on the head by the proportions of a body."""

SYNTHESISED_CONFIDENCE = 0.5
"""How sure those are (our choice): right to about the size of a head, and the gates still judge them."""

BODY = Body()


def coco17_joints(capture: Capture, path: Path) -> tuple[np.ndarray, str]:
    """Where the 17 keypoints are in space, (T, 17, 3): y up, in body heights, so that the file's unit does not matter.

    Hips and shoulders are the file's own. The head's middle lies towards the file's head from the middle of the
    shoulders, and looks where the shoulders do. The axis that is up is the one along which the body stands.

    Returns:
        The keypoints, and a sentence on what was recognised.

    Raises:
        DataError: a joint cannot be found by its name; or the body has no size.
    """
    at = joints_by_name(capture.names, path)
    places_TJ3 = capture.joints()
    ankles_T3, shoulders_T3 = (
        (places_TJ3[:, at[f"left {part}"]] + places_TJ3[:, at[f"right {part}"]]) / 2 for part in ("ankle", "shoulder")
    )
    places_TJ3, up = upright(places_TJ3, ankles_T3, shoulders_T3)
    joints_TK3 = np.zeros((len(places_TJ3), COCO17.size, 3))
    joints_TK3[:, 5:] = places_TJ3[:, [at[joint] for joint in COCO17.joints[5:]]]
    stature = _stature(joints_TK3)
    if not stature > 0:
        raise DataError(f"{path}: its body has no size")
    joints_TK3 /= stature
    joints_TK3[:, :5] = _head(joints_TK3, places_TJ3[:, at["head"]] / stature)
    left = ", ".join(capture.names[at[joint]] for joint in COCO17.joints[5::2])
    return joints_TK3, f"{up} is up; the left shoulder, elbow, wrist, hip, knee and ankle are {left}"


def front(joints_TK3: np.ndarray) -> np.ndarray:
    """Where shoulders and hips face, level with the ground: (T, 3) of length 1; forwards is left x up."""
    at = COCO17.index
    left_T3 = joints_TK3[:, at("left shoulder")] - joints_TK3[:, at("right shoulder")]
    left_T3 = left_T3 + joints_TK3[:, at("left hip")] - joints_TK3[:, at("right hip")]
    return _unit(np.cross(left_T3, [0.0, 1.0, 0.0]))


def confidence(frames: int) -> np.ndarray:
    """How sure the keypoints are, (T, 17): measured ones 1, synthesised ones less."""
    confidence_TK = np.ones((frames, COCO17.size))
    confidence_TK[:, : len(SYNTHESISED)] = SYNTHESISED_CONFIDENCE
    return confidence_TK


def _stature(joints_TK3: np.ndarray) -> float:
    """The body's height: what is measured of it over the part of a height that this usually is."""
    at = COCO17.index
    legs = [
        np.linalg.norm(joints_TK3[:, at(f"{side} {a}")] - joints_TK3[:, at(f"{side} {b}")], axis=-1)
        for side in ("left", "right")
        for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    trunk_T = np.linalg.norm(_middle(joints_TK3, "shoulder") - _middle(joints_TK3, "hip"), axis=-1)
    measured = np.median(sum(legs) / 2 + trunk_T)
    return float(measured / (BODY.thigh + BODY.shank + BODY.torso))


def _head(joints_TK3: np.ndarray, top_T3: np.ndarray) -> np.ndarray:
    """Nose, eyes and ears, (T, 5, 3) in body heights, placed by the proportions of a body."""
    at = COCO17.index
    chest_T3 = _middle(joints_TK3, "shoulder")
    up_T3 = _unit(top_T3 - chest_T3)
    left_T3 = joints_TK3[:, at("left shoulder")] - joints_TK3[:, at("right shoulder")]
    left_T3 = _unit(left_T3 - (left_T3 * up_T3).sum(-1, keepdims=True) * up_T3)
    front_T3 = np.cross(left_T3, up_T3)
    return BODY.head_joints(chest_T3 + BODY.neck * up_T3, up_T3, left_T3, front_T3)


def _middle(joints_TK3: np.ndarray, part: str) -> np.ndarray:
    return (joints_TK3[:, COCO17.index(f"left {part}")] + joints_TK3[:, COCO17.index(f"right {part}")]) / 2


def _unit(vectors_T3: np.ndarray) -> np.ndarray:
    return vectors_T3 / np.maximum(np.linalg.norm(vectors_T3, axis=-1, keepdims=True), 1e-9)
