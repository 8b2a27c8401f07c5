"""How a body holds itself: where its limbs point and its trunk leans, over time."""

import numpy as np
from numpy import deg2rad

from motionkit.drawing.shapes import Array

LEFT_ARM, RIGHT_ARM, LEFT_LEG, RIGHT_LEG = range(4)
ARMS, LEGS = slice(0, 2), slice(2, 4)
UPPER, LOWER = 0, 1
OUT, FORE = 0, 1


class Posture:
    """The angles of all limbs and of the trunk at T times, in radians.

    A limb's segment hangs straight down at (0, 0); ``out`` lifts it sideways, away from the body's middle, and ``fore``
    forwards. They are angles in space, not relative to the segment above.

    Attributes:
        limbs_4SAT: (limb, segment, angle, T): left arm, right arm, left leg, right leg; upper, lower; out, fore.
        pitch_T, roll_T, twist_T: the trunk's lean forwards and to its left, and its turn that brings the left
            shoulder forwards.
        hop_T: how far the feet are off the floor, as a part of the stature.
    """

    def __init__(self, times_T: Array) -> None:
        self.limbs_4SAT = np.zeros((4, 2, 2, len(times_T)))
        self.pitch_T = np.zeros(len(times_T))
        self.roll_T = np.zeros(len(times_T))
        self.twist_T = np.zeros(len(times_T))
        self.hop_T = np.zeros(len(times_T))

    def arm(self, which: int | slice, upper: tuple, lower: tuple) -> None:
        """Points an arm, or both: (out, fore) in degrees of its upper and lower segment, each a number or (T,)."""
        self._limb(which, upper, lower)

    def leg(self, which: int | slice, upper: tuple, lower: tuple) -> None:
        """Points a leg, or both, as :meth:`arm` does."""
        self._limb(which, upper, lower)

    def _limb(self, which: int | slice, upper: tuple, lower: tuple) -> None:
        for segment, angles in ((UPPER, upper), (LOWER, lower)):
            for angle, degrees in zip((OUT, FORE), angles, strict=True):
                self.limbs_4SAT[which, segment, angle] = deg2rad(degrees)
