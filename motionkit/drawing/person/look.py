"""What a figure and the place behind it look like: colours that can be told apart, and clothes."""

from dataclasses import dataclass

import numpy as np

from motionkit.drawing.colours import DARK_SKIN, LIGHT_SKIN, Colour, blend, mix, random_colour, unlike
from motionkit.drawing.paint import pixel_centres
from motionkit.drawing.random import Uniform
from motionkit.drawing.shapes import Plane


@dataclass(frozen=True)
class Look:
    """How one person and one place look.

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

    def background(self, size: int) -> Plane:
        """The background's colour in each of so many rows, (3, size)."""
        centres_H = pixel_centres(size)
        pixel = 2 / size
        share_H = (centres_H + 1) / 2 if self.blended else np.clip((centres_H - self.horizon) / pixel + 0.5, 0, 1)
        return blend(self.wall, self.floor, share_H)
