"""What a figure and the place behind it look like: colours that can be told apart, and clothes."""

from collections.abc import Callable
from colorsys import hsv_to_rgb
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from motionkit.datasets.procedural import Uniform

Colour = tuple[float, float, float]

CONTRAST = 0.35
"""The distance in RGB, each in [0, 1], that neighbouring colours keep where forty draws find one (our choice)."""

LIGHT_SKIN, DARK_SKIN = (0.96, 0.80, 0.69), (0.36, 0.22, 0.15)


@dataclass(frozen=True)
class Look:
    """Colours are RGB in [0, 1].

    ``sleeve`` is the part of the upper arm that the shirt covers; ``build`` a factor on the limbs' thickness. The
    background is ``wall`` above ``horizon`` and ``floor`` below it, or blends from one to the other down the picture.
    """

    skin: Colour
    hair: Colour
    shirt: Colour
    trousers: Colour
    shoes: Colour
    sleeve: float
    shorts: bool
    build: float
    wall: Colour
    floor: Colour
    horizon: float
    blended: bool

    @classmethod
    def random(cls, uniform: Uniform) -> "Look":
        """Draws skin, then clothes that differ from it and each other, then a background that differs from all."""
        skin = mix(LIGHT_SKIN, DARK_SKIN, uniform(0, 1))
        shirt = unlike([skin], lambda: random_colour(uniform, (0.0, 0.9), (0.25, 0.95)))
        trousers = unlike([skin, shirt], lambda: random_colour(uniform, (0.0, 0.8), (0.12, 0.75)))
        wall = unlike([skin, shirt, trousers], lambda: random_colour(uniform, (0.0, 0.45), (0.1, 0.95)))
        floor = unlike([skin, trousers], lambda: random_colour(uniform, (0.0, 0.5), (0.1, 0.85)))
        return cls(
            skin=skin,
            hair=random_colour(uniform, (0.2, 0.7), (0.08, 0.4), hue=(0.03, 0.12)),
            shirt=shirt,
            trousers=trousers,
            shoes=random_colour(uniform, (0.0, 0.4), (0.05, 0.3)),
            sleeve=0.5 if uniform(0, 1) < 0.7 else 0.95,
            shorts=uniform(0, 1) < 0.3,
            build=uniform(0.95, 1.3),
            wall=wall,
            floor=floor,
            horizon=uniform(0.35, 0.65),
            blended=uniform(0, 1) < 0.35,
        )

    def background(self, centres_H: NDArray[np.float32]) -> NDArray[np.float32]:
        """The background's colour in each row, (3, H), for rows whose centres lie at these heights in [-1, 1]."""
        pixel = 2 / len(centres_H)
        share = (centres_H + 1) / 2 if self.blended else np.clip((centres_H - self.horizon) / pixel + 0.5, 0, 1)
        wall_31, floor_31 = (np.array(colour, np.float32)[:, None] for colour in (self.wall, self.floor))
        return wall_31 + (floor_31 - wall_31) * share


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
