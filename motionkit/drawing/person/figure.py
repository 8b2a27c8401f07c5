"""Draws a clothed figure from its 17 keypoints: each part of the body is a union of capsules of one colour."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from motionkit.drawing.paint import Part, film
from motionkit.drawing.person.look import Look
from motionkit.drawing.shapes import Array, Capsule, Plane
from motionkit.interfaces import COCO17


@dataclass(frozen=True)
class Figure:
    """How keypoints become a picture of a person.

    Attributes:
        look: colours and clothes.
        stature: the body's height in picture units, which sets how thick its limbs are.
        facing: -1 for a body in profile that looks to the left, 0 for one that faces the viewer, 1 to the right.
    """

    look: Look
    stature: float
    facing: float

    def draw(self, keypoints_TK2: Array, size: int) -> Plane:
        """Frames of shape (T, 3, size, size) in [-1, 1] that show the COCO-17 keypoints on the look's background."""
        return film(self.look.background(size), self._parts(keypoints_TK2), len(keypoints_TK2))

    def _parts(self, keypoints_TK2: Array) -> Iterator[Part]:
        """The parts of the body from far to near."""
        unit = self.stature * self.look.build
        body = _Limbs({name: keypoints_TK2[:, k] for k, name in enumerate(COCO17.joints)}, self.look, unit, self.facing)
        near, far = ("right", "left") if self.facing > 0 else ("left", "right")
        in_profile = abs(self.facing) > 0.5
        if in_profile:
            yield from body.arm(far)
        yield from body.leg(far)
        yield from body.leg(near)
        yield body.torso()
        yield from body.head(self.stature)
        if not in_profile:
            yield from body.arm(far)
        yield from body.arm(near)


@dataclass(frozen=True)
class _Limbs:
    """The parts between joints of shape (T, 2); ``unit`` is the stature times the build."""

    joints: dict[str, Array]
    look: Look
    unit: float
    facing: float

    def arm(self, side: str) -> Iterator[Part]:
        shoulder, elbow, wrist = (self.joints[f"{side} {name}"] for name in ("shoulder", "elbow", "wrist"))
        unit, look = self.unit, self.look
        hand = wrist + 0.35 * (wrist - elbow)
        cuff = shoulder + look.sleeve * (elbow - shoulder)
        yield Part([Capsule(shoulder, elbow, 0.040 * unit, 0.031 * unit)], look.skin)
        yield Part([Capsule(shoulder, cuff, 0.046 * unit, 0.042 * unit)], look.shirt)
        # The forearm comes last: hands before the chest are nearer than the elbows.
        forearm = Capsule(elbow, wrist, 0.031 * unit, 0.025 * unit)
        yield Part([forearm, Capsule(wrist, hand, 0.026 * unit, 0.029 * unit)], look.skin)

    def leg(self, side: str) -> Iterator[Part]:
        hip, knee, ankle = (self.joints[f"{side} {name}"] for name in ("hip", "knee", "ankle"))
        unit, look = self.unit, self.look
        outwards = 0.03 if side == "left" else -0.03
        toe = ankle + unit * np.array([0.10 * self.facing + outwards * (1 - abs(self.facing)), 0.022])
        yield Part([Capsule(ankle + np.array([0, 0.012 * unit]), toe, 0.030 * unit, 0.024 * unit)], look.shoes)
        shank = Capsule(knee, ankle, 0.042 * unit, 0.030 * unit)
        thigh = Capsule(hip, knee, 0.062 * unit, 0.045 * unit)
        if look.shorts:
            yield Part([shank], look.skin)
            yield Part([thigh], look.trousers)
        else:
            yield Part([shank, thigh], look.trousers)

    def torso(self) -> Part:
        joints, unit = self.joints, self.unit
        left, right = joints["left shoulder"], joints["right shoulder"]
        left_hip, right_hip = joints["left hip"], joints["right hip"]
        radius = 0.050 * unit
        capsules = [Capsule(left, right, radius, radius)]
        # Strands from the shoulders to the hips, close enough to leave no gap and no ridge between them.
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            top, bottom = left + share * (right - left), left_hip + share * (right_hip - left_hip)
            bulge = 0.012 * unit * (1 - abs(2 * share - 1))
            capsules.append(Capsule(top, bottom, radius + bulge, radius + bulge))
        return Part(capsules, self.look.shirt)

    def head(self, stature: float) -> Iterator[Part]:
        joints, look = self.joints, self.look
        chest = (joints["left shoulder"] + joints["right shoulder"]) / 2
        centre = (joints["left ear"] + joints["right ear"]) / 2
        up = (centre - chest) / np.maximum(np.linalg.norm(centre - chest, axis=-1, keepdims=True), 1e-6)
        behind = np.array([-self.facing, 0.0])
        radius = 0.070 * stature
        hair = centre + radius * (0.28 * up + 0.22 * behind)
        chin = centre - 0.25 * radius * up
        yield Part([Capsule(chest, centre, 0.030 * self.unit, 0.030 * self.unit)], look.skin)
        yield Part([Capsule(hair, hair, 1.04 * radius, 1.04 * radius)], look.hair)
        face = radius * (-0.18 * up - 0.12 * behind)
        yield Part([Capsule(centre + face, chin + face, 0.84 * radius, 0.76 * radius)], look.skin)
