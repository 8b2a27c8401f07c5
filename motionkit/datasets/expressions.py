"""The expressions of the procedural faces: what each feature does, as closed-form, infinitely smooth functions of time.

The six are those of the MUG database, and talking. What a feature does in each follows the action units that Ekman and
Friesen's Facial Action Coding System (1978) gives for it; how far, and how fast, is our choice, set by eye.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy import cos, exp, pi, sin
from numpy.typing import NDArray

Array = NDArray[np.float64]
Amount = float | Array

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


class Expression(NamedTuple):
    """What the features do at the apex; 0 is at rest. Lengths are in half widths of the face.

    ``brow_up`` lifts the brows' middles, ``brow_slant`` their inner ends above that, ``brow_in`` draws them together.
    ``lids`` is how far the eyes are opened, as a multiple of rest, less 1; ``squint`` lifts the lower lids as a part of
    the eye's height. ``corner_up`` and ``corner_out`` move the corners of the mouth, ``lip_up`` the upper lip, and
    ``jaw`` drops the chin and, by as much, the lower lip. ``thin`` is the part of the lips' thickness that is pressed
    away. ``nod`` bows the head, in radians.
    """

    brow_up: Amount = 0.0
    brow_slant: Amount = 0.0
    brow_in: Amount = 0.0
    lids: Amount = 0.0
    squint: Amount = 0.0
    corner_up: Amount = 0.0
    corner_out: Amount = 0.0
    lip_up: Amount = 0.0
    jaw: Amount = 0.0
    thin: Amount = 0.0
    nod: Amount = 0.0


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
"""The built-in expressions by name. In talk the mouth follows speech rather than the expression's onset and offset."""


class Features:
    """What the features do at T times: the fields of :class:`Expression`, each (T,), in ``moved``.

    Attributes:
        open_T: how far the eyes are open, as a multiple of rest; 0 where a blink closes them.
        head_3T: radians that the head is turned to its left, nods, and tilts to its left.
    """

    def __init__(self, name: str, times_T: Array, manner: Manner) -> None:
        apex = EXPRESSIONS[name]
        strength_T = manner.amplitude * manner.strength(times_T)
        self.moved = Expression(*(strength_T * value for value in apex))
        if name == "talk":
            self.moved = self.moved._replace(
                jaw=manner.amplitude * apex.jaw * manner.babble(times_T),
                corner_out=manner.amplitude * apex.corner_out * manner.babble(times_T + 0.05),
            )
        self.open_T = (1 + self.moved.lids) * (1 - manner.closed(times_T))
        self.head_3T = manner.head(times_T)
        self.head_3T[1] += self.moved.nod
