"""The actions of the procedural dataset: joint angles as closed-form, infinitely smooth functions of time.

Each line says where a limb's segment points: (out, fore) of its upper and of its lower part, see :class:`Posture`.
Amplitudes and rhythms are our choice, set by eye against recorded clips; gait alone follows a source, see :func:`walk`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from numpy import cos, deg2rad, exp, pi, sin

from motionkit.drawing.person.posture import ARMS, LEFT_ARM, LEFT_LEG, LEGS, RIGHT_ARM, RIGHT_LEG, Posture
from motionkit.drawing.shapes import Array


@dataclass(frozen=True)
class Style:
    """How one clip performs its action: cycles a second, radians at time 0, a factor on swings, and idle sway."""

    tempo: float
    phase: float
    amplitude: float
    sway_phase: float

    def cycle(self, times_T: Array) -> Array:
        """The phase of the action in radians; one repetition is 2 pi."""
        return 2 * pi * self.tempo * times_T + self.phase

    def sway(self, times_T: Array) -> Array:
        """Slow shifting of a standing person's weight, in [-1, 1], at 0.3 Hz (our choice)."""
        return sin(2 * pi * 0.3 * times_T + self.sway_phase)


def _standing(times_T: Array, style: Style) -> Posture:
    """Upright, arms hanging, weight shifting a little: parallel legs keep both feet where they are."""
    posture = Posture(times_T)
    sway = style.sway(times_T)
    posture.arm(ARMS, (9, 2), (5, 12))
    posture.leg(LEFT_LEG, (4 + 1.5 * sway, 0), (2 + 1.5 * sway, 0))
    posture.leg(RIGHT_LEG, (4 - 1.5 * sway, 0), (2 - 1.5 * sway, 0))
    posture.roll_T = deg2rad(2.0 * sway)
    return posture


def _rise(cycle: Array) -> Array:
    """From 0 at the cycle's start to 1 in its middle and back."""
    return (1 - cos(cycle)) / 2


def _stroke(cycle: Array, sharpness: float) -> Array:
    """A quick stroke that peaks at 1 when the cycle is a multiple of 2 pi: a von Mises bump, smooth and periodic."""
    return exp(sharpness * (cos(cycle) - 1))


def wave1(times_T: Array, style: Style) -> Posture:
    """The left hand waves above the shoulder; the forearm swings from the elbow."""
    posture = _standing(times_T, style)
    swing = style.amplitude * sin(style.cycle(times_T))
    posture.arm(LEFT_ARM, (112 + 8 * swing, 0), (172 + 38 * swing, 0))
    posture.roll_T -= deg2rad(2.5)
    return posture


def wave2(times_T: Array, style: Style) -> Posture:
    """Both straight arms sweep together from the shoulders' height to above the head; the feet stand."""
    posture = _standing(times_T, style)
    cycle = style.cycle(times_T)
    posture.arm(
        ARMS,
        (118 + 24 * style.amplitude * sin(cycle), 0),
        (142 + 32 * style.amplitude * sin(cycle - 0.5), 0),
    )
    return posture


def jack(times_T: Array, style: Style) -> Posture:
    """Jumping jack: arms to the top and legs apart, with a hop each way."""
    posture = Posture(times_T)
    cycle = style.cycle(times_T)
    spread, landing = _rise(cycle), cos(cycle) ** 2
    arms = 10 + 150 * style.amplitude * spread
    legs = 3 + 21 * style.amplitude * spread
    posture.arm(ARMS, (arms, 0), (arms + 8 * sin(cycle) ** 2, 0))
    posture.leg(LEGS, (legs, 16 * landing), (legs, -16 * landing))
    posture.hop_T = 0.05 * style.amplitude * sin(cycle) ** 2
    return posture


def bend(times_T: Array, style: Style) -> Posture:
    """Bends forwards until the hands come near the floor and straightens again; the hips move back for balance."""
    posture = Posture(times_T)
    depth = _rise(style.cycle(times_T))
    posture.pitch_T = deg2rad(4 + 100 * style.amplitude * depth)
    posture.arm(ARMS, (4, 4 + 14 * depth), (3, 14 + 12 * depth))
    posture.leg(LEGS, (2, 4 + 24 * depth), (2, -4 + 4 * depth))
    return posture


def walk(times_T: Array, style: Style) -> Posture:
    """Walks, and the camera keeps pace, so that the body stays in the frame; one cycle is a stride of two steps.

    The left heel strikes where the cycle is a multiple of 2 pi. The hip swings as a cosine; the knee bends twice, by
    about 15 degrees after the strike and 60 in the swing, near 14 and 72 % of the stride (the curves of D. A. Winter,
    Biomechanics and Motor Control of Human Movement, 2009), here as two von Mises bumps.
    """
    posture = Posture(times_T)
    cycle = style.cycle(times_T)
    for arm, leg, phase in ((LEFT_ARM, LEFT_LEG, cycle), (RIGHT_ARM, RIGHT_LEG, cycle + pi)):
        hip = 4 + 23 * style.amplitude * cos(phase)
        knee = 4 + 13 * _stroke(phase - 2 * pi * 0.14, 4) + 56 * _stroke(phase - 2 * pi * 0.72, 2.2)
        posture.leg(leg, (1, hip), (1, hip - knee))
        shoulder = -3 - 24 * style.amplitude * cos(phase)
        posture.arm(arm, (5, shoulder), (3, shoulder + 26 - 10 * cos(phase)))
    posture.pitch_T += deg2rad(4)
    posture.twist_T = deg2rad(-9 * cos(cycle))
    return posture


def box(times_T: Array, style: Style) -> Posture:
    """Left and right fists strike forwards in turn from a guard at the chin; one foot stands before the other."""
    posture = Posture(times_T)
    cycle = style.cycle(times_T)
    left, right = _stroke(cycle, 3), _stroke(cycle + pi, 3)
    for arm, strike in ((LEFT_ARM, left), (RIGHT_ARM, right)):
        posture.arm(arm, (10 - 8 * strike, 28 + 60 * strike), (-6 + 4 * strike, 138 - 46 * strike))
    bounce = 3 * cos(2 * cycle)
    posture.leg(LEFT_LEG, (4, 27 + bounce), (4, 3 - bounce))
    posture.leg(RIGHT_LEG, (4, -2 + bounce), (4, -27 - bounce))
    posture.pitch_T = deg2rad(7 + 3 * style.amplitude * (left + right))
    posture.twist_T = deg2rad(24 * style.amplitude * (left - right))
    return posture


def clap(times_T: Array, style: Style) -> Posture:
    """The hands meet before the chest and part again."""
    posture = _standing(times_T, style)
    apart = _rise(style.cycle(times_T))
    posture.arm(ARMS, (10 + 38 * style.amplitude * apart, 35), (-52 + 92 * style.amplitude * apart, 110 + 0 * apart))
    return posture


class Action(NamedTuple):
    """A choreography, the cycles a second it may take, and how far the body is turned from facing the viewer.

    Movements across the body are seen from the front and movements forwards from the side, so that limbs move nearly
    in the picture's plane and a foreshortened limb means a limb that points at the viewer.
    """

    pose: Callable[[Array, Style], Posture]
    tempo: tuple[float, float]
    turn: float


ACTIONS: dict[str, Action] = {
    "wave1": Action(wave1, (0.9, 1.7), 0.0),
    "wave2": Action(wave2, (0.8, 1.5), 0.0),
    "jack": Action(jack, (0.8, 1.2), 0.0),
    "bend": Action(bend, (0.3, 0.5), deg2rad(78)),
    "walk": Action(walk, (0.75, 1.1), deg2rad(78)),
    "box": Action(box, (0.8, 1.3), deg2rad(65)),
    "clap": Action(clap, (1.0, 1.8), 0.0),
}
"""The built-in actions by name."""
