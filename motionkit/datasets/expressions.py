"""The expressions of the procedural faces: what each feature does, as closed-form, infinitely smooth functions of time.

The six are those of the MUG database, and talking. What a feature does in each follows the action units that Ekman and
Friesen's Facial Action Coding System (1978) gives for it; how far, and how fast, is our choice, set by eye.
"""

from dataclasses import dataclass

import numpy as np
from numpy import cos, exp, pi, sin

from motionkit.drawing.face.features import Expression, Features
from motionkit.drawing.shapes import Array

BLINK = 0.06
"""Standard deviation of a blink's course, in seconds: from open to open takes about a quarter of a second."""


@dataclass(frozen=True)
class Manner:
    """How one person shows an expression.

    Attributes:
        tempo: how often a second the expression comes and goes.
        phase: radians of its cycle at time 0.
        amplitude: a factor on how far the features move.
        blinks: how many a second.
        blink_phase: radians at time 0.
        speech: openings of the mouth a second in talking.
        turn: radians that the head is turned to its left, nods and tilts to its left on average.
        sway: how far it strays from that, in radians.
        sway_phase: radians at time 0.
    """

    tempo: float
    phase: float
    amplitude: float
    blinks: float
    blink_phase: float
    speech: float
    turn: tuple[float, float, float]
    sway: float
    sway_phase: float

    def strength(self, times_T: Array) -> Array:
        """How much of the expression shows, in (0, 1): onset, apex and offset, again and again; slowest in leaving."""
        cycle = 2 * pi * self.tempo * times_T + self.phase
        return 1 / (1 + exp(6 * (cos(cycle + 0.5 * sin(cycle)) + 0.1)))

    def closed(self, times_T: Array) -> Array:
        """How far a blink has closed the eyes, in (0, 1]: a von Mises bump, smooth and periodic."""
        sharpness = (2 * pi * self.blinks * BLINK) ** -2
        return exp(sharpness * (cos(2 * pi * self.blinks * times_T + self.blink_phase) - 1))

    def babble(self, times_T: Array) -> Array:
        """How far talk has opened the mouth, in [0, 1]: two rhythms that never repeat together."""
        beat = 2 * pi * self.speech * times_T + self.blink_phase
        return (sin(beat) * sin(beat * 0.5**0.5 + self.phase)) ** 2

    def head(self, times_T: Array) -> Array:
        """Radians that the head is turned to its left, nods, and tilts to its left, (3, T); it sways under 0.4 Hz."""
        rhythms = ((0.19, 1.0, 0.0), (0.31, 0.5, 1.7), (0.23, 0.5, 3.9))
        ways = [share * sin(2 * pi * hertz * times_T + self.sway_phase + lag) for hertz, share, lag in rhythms]
        return np.array(self.turn)[:, None] + self.sway * np.stack(ways)


EXPRESSIONS: dict[str, Expression] = {
    "anger": Expression(
        brow_up=-0.11, brow_slant=-0.10, brow_in=0.07, lids=-0.1, squint=0.2, corner_out=-0.03, thin=0.6
    ),
    "disgust": Expression(
        brow_up=-0.07, brow_slant=-0.04, brow_in=0.03, lids=-0.3, squint=0.3, corner_up=-0.06, lip_up=0.10, nod=-0.06
    ),
    "fear": Expression(
        brow_up=0.10, brow_slant=0.10, brow_in=0.05, lids=0.4, corner_up=-0.04, corner_out=0.10, jaw=0.10
    ),
    "happiness": Expression(
        brow_up=0.02, lids=-0.15, squint=0.35, corner_up=0.13, corner_out=0.13, lip_up=0.02, jaw=0.10, thin=0.25
    ),
    "sadness": Expression(
        brow_up=0.03,
        brow_slant=0.13,
        brow_in=0.05,
        lids=-0.3,
        corner_up=-0.12,
        corner_out=-0.02,
        lip_up=-0.01,
        nod=0.10,
    ),
    "surprise": Expression(brow_up=0.20, brow_slant=0.02, lids=0.5, corner_out=-0.08, jaw=0.42, thin=0.1),
    "talk": Expression(brow_up=0.04, corner_out=-0.04, jaw=0.17),
}
"""What the features do at the apex of each built-in expression. In talk the mouth follows speech rather than the
expression's onset and offset."""


def features(name: str, times_T: Array, manner: Manner) -> Features:
    """What the features of a face do that shows an expression in that manner."""
    apex = EXPRESSIONS[name]
    strength_T = manner.amplitude * manner.strength(times_T)
    moved = Expression(*(strength_T * value for value in apex))
    if name == "talk":
        moved = moved._replace(
            jaw=manner.amplitude * apex.jaw * manner.babble(times_T),
            corner_out=manner.amplitude * apex.corner_out * manner.babble(times_T + 0.05),
        )
    turn_T, nod_T, tilt_T = manner.head(times_T)
    open_T = (1 + moved.lids) * (1 - manner.closed(times_T))
    return Features(moved, open_T, np.stack([turn_T, nod_T + moved.nod, tilt_T]))
