"""A body of human proportions: joint angles to the places of its 17 joints in space."""

from dataclasses import dataclass

import numpy as np

from motionkit.drawing.person.posture import Posture
from motionkit.drawing.random import Uniform
from motionkit.drawing.shapes import Array
from motionkit.interfaces import COCO17

SIDES = np.array([1.0, -1.0, 1.0, -1.0])[:, None, None]
"""The body's left is +x when it faces the viewer."""

SOFTNESS = 0.02
"""Width, in statures, over which the weight passes from one foot to the other: a smooth maximum keeps motion smooth."""


@dataclass(frozen=True)
class Body:
    """Lengths as parts of the stature; the defaults are Drillis and Contini's averages (Winter 2009, figure 4.1).

    ``shoulder`` and ``hip`` are half the distance between the joints of the two sides; ``neck`` goes from the
    shoulders' middle to the head's. ``ankle`` is the height of that joint above the floor.
    """

    torso: float = 0.288
    shoulder: float = 0.120
    hip: float = 0.070
    upper_arm: float = 0.186
    forearm: float = 0.146
    thigh: float = 0.245
    shank: float = 0.246
    ankle: float = 0.039
    neck: float = 0.118
    head: float = 0.064

    @classmethod
    def random(cls, uniform: Uniform) -> "Body":
        """Arms, legs, trunk and breadth longer or shorter than average, each by up to 7 % (our choice)."""
        trunk, breadth, arms, legs = (uniform(0.93, 1.07) for _ in range(4))
        return cls(
            torso=cls.torso * trunk,
            shoulder=cls.shoulder * breadth,
            hip=cls.hip * breadth,
            upper_arm=cls.upper_arm * arms,
            forearm=cls.forearm * arms,
            thigh=cls.thigh * legs,
            shank=cls.shank * legs,
        )

    def joints(self, posture: Posture) -> Array:
        """The places of the COCO-17 joints.

        Returns:
            (3, 17, T) in statures: x to the body's left, y down, z forwards; the origin is on the floor, midway
            between the feet.
        """
        out, fore = posture.limbs_4SAT[:, :, 0], posture.limbs_4SAT[:, :, 1]
        lengths = np.array([[self.upper_arm, self.forearm]] * 2 + [[self.thigh, self.shank]] * 2)[..., None]
        flat = np.cos(out) * lengths
        segments = np.stack([SIDES * np.sin(out) * lengths, flat * np.cos(fore), flat * np.sin(fore)])
        upper, tips = segments[:, :, 0], segments.sum(2)

        legs = tips[:, 2:]
        pelvis = -legs.mean(1)
        # The lower foot carries the body: a smooth maximum, exact where both feet are equally low.
        pelvis[1] = -SOFTNESS * (np.logaddexp(legs[1, 0] / SOFTNESS, legs[1, 1] / SOFTNESS) - np.log(2))
        pelvis[1] -= self.ankle + posture.hop_T

        up, across, _ = _axes(posture.pitch_T, posture.roll_T, posture.twist_T)
        chest = pelvis + self.torso * up
        # The head follows half of the trunk's lean, and looks ahead when the shoulders turn.
        head_up, head_across, head_front = _axes(posture.pitch_T / 2, posture.roll_T / 2, 0 * posture.twist_T)
        head = chest + self.neck * (up + head_up) / 2

        joints = np.empty((3, COCO17.size, pelvis.shape[-1]))
        joints[:, :5] = self.head_joints(head, head_up, head_across, head_front)
        for offset, sign in ((0, 1.0), (1, -1.0)):
            joints[:, 5 + offset] = chest + sign * self.shoulder * across
            joints[:, 11 + offset] = pelvis
            joints[0, 11 + offset] += sign * self.hip
        joints[:, 7:9] = joints[:, 5:7] + upper[:, :2]
        joints[:, 9:11] = joints[:, 5:7] + tips[:, :2]
        joints[:, 13:15] = joints[:, 11:13] + upper[:, 2:]
        joints[:, 15:17] = joints[:, 11:13] + tips[:, 2:]
        return joints

    def head_joints(self, middle: Array, up: Array, left: Array, front: Array) -> Array:
        """The places of nose, left and right eye, left and right ear.

        Args:
            middle: of the head, in statures, (3, T); with all of them (T, 3), the places are (T, 5, 3).
            up: to the top of the head, of length 1.
            left: to its left ear, of length 1.
            front: where it looks, of length 1.

        Returns:
            (3, 5, T) in statures.
        """
        nose = middle + self.head * (front - 0.15 * up)
        eyes = middle + self.head * (0.85 * front + 0.25 * up)
        eye, ear = 0.4 * self.head * left, 0.9 * self.head * left
        return np.stack([nose, eyes + eye, eyes - eye, middle + ear, middle - ear], axis=1)


def _axes(pitch: Array, roll: Array, twist: Array) -> tuple[Array, Array, Array]:
    """The orthonormal directions up, to the left and to the front of a trunk that leans and turns, each (3, T)."""
    sin_pitch, cos_pitch, sin_roll, cos_roll = np.sin(pitch), np.cos(pitch), np.sin(roll), np.cos(roll)
    up = np.stack([sin_roll, -cos_roll * cos_pitch, cos_roll * sin_pitch])
    left = np.stack([cos_roll, sin_roll * cos_pitch, -sin_roll * sin_pitch])
    front = np.stack([np.zeros_like(pitch), sin_pitch, cos_pitch])
    sin_twist, cos_twist = np.sin(twist), np.cos(twist)
    return up, cos_twist * left + sin_twist * front, cos_twist * front - sin_twist * left
