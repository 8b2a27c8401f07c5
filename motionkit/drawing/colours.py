"""Colours drawn at random that can be told apart."""

from collections.abc import Callable
from colorsys import hsv_to_rgb

import numpy as np
from numpy.typing import NDArray

from motionkit.drawing.random import Uniform
from motionkit.drawing.shapes import Plane

Colour = tuple[float, float, float]
"""RGB, each in [0, 1]."""

CONTRAST = 0.35
"""The distance in RGB that neighbouring colours keep where forty draws find one (our choice)."""

LIGHT_SKIN, DARK_SKIN = (0.96, 0.80, 0.69), (0.36, 0.22, 0.15)


def random_colour(
    uniform: Uniform,
    saturation: tuple[float, float],
    value: tuple[float, float],
    hue: tuple[float, float] = (0.0, 1.0),
) -> Colour:
    """A colour whose saturation, value and hue lie in these ranges, drawn in the order hue, saturation, value."""
    return hsv_to_rgb(uniform(*hue), uniform(*saturation), uniform(*value))


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour that is ``share`` of the way from ``a`` to ``b``."""
    return (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]), a[2] + share * (b[2] - a[2]))


def unlike(others: list[Colour], draw: Callable[[], Colour], tries: int = 40) -> Colour:
    """The first of some draws that differs enough from all others, or else the one that differs most."""
    best, best_gap = draw(), 0.0
    for _ in range(tries):
        candidate = draw()
        gap = min(sum((a - b) ** 2 for a, b in zip(candidate, other, strict=True)) for other in others) ** 0.5
        if gap >= CONTRAST:
            return candidate
        if gap > best_gap:
            best, best_gap = candidate, gap
    return best


def blend(top: Colour, bottom: Colour, share_H: NDArray[np.floating]) -> Plane:
    """The colour of each row, (3, H): ``top`` where its share is 0, ``bottom`` where it is 1."""
    top_31, bottom_31 = (np.array(colour, np.float32)[:, None] for colour in (top, bottom))
    return top_31 + (bottom_31 - top_31) * share_H
