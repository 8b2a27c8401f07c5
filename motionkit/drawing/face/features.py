"""What the features of a face do: how far each has moved from where it is at rest."""

from typing import NamedTuple

from motionkit.drawing.shapes import Array

Amount = float | Array


class Expression(NamedTuple):
    """How far each feature has moved; 0 is at rest. Lengths are in half widths of the face.

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


class Features(NamedTuple):
    """What the features do at T times.

    Attributes:
        moved: how far they are from rest, each (T,).
        open_T: how far the eyes are open, as a multiple of rest; 0 where a blink closes them.
        head_3T: radians that the head is turned to its left, nods, and tilts to its left.
    """

    moved: Expression
    open_T: Array
    head_3T: Array
