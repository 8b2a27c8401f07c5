"""What a face and the place behind it look like: colours that can be told apart, and hair."""

from dataclasses import dataclass

from motionkit.drawing.colours import DARK_SKIN, LIGHT_SKIN, Colour, blend, mix, random_colour, unlike
from motionkit.drawing.paint import pixel_centres
from motionkit.drawing.random import Uniform
from motionkit.drawing.shapes import Plane

RED = (0.72, 0.10, 0.16)


@dataclass(frozen=True)
class Complexion:
    """How one face and one place look.

    ``fringe`` is how far the hair comes down the forehead, in half widths of the face; ``long`` hair falls to the
    shoulders. The background blends from ``wall`` at its top to ``floor`` at its bottom.
    """

    skin: Colour
    hair: Colour
    brows: Colour
    lips: Colour
    iris: Colour
    shirt: Colour
    wall: Colour
    floor: Colour
    fringe: float
    long: bool

    @classmethod
    def random(cls, uniform: Uniform) -> "Complexion":
        """Draws skin and hair, features that differ from the skin, and a background that differs from both."""
        skin = mix(LIGHT_SKIN, DARK_SKIN, uniform(0, 1))
        hair = unlike([skin], lambda: random_colour(uniform, (0.2, 0.75), (0.06, 0.75), hue=(0.03, 0.13)))
        shirt = unlike([skin], lambda: random_colour(uniform, (0.0, 0.9), (0.2, 0.95)))
        wall = unlike([skin, hair], lambda: random_colour(uniform, (0.0, 0.5), (0.1, 0.95)))
        return cls(
            skin=skin,
            hair=hair,
            brows=mix(hair, (0.05, 0.03, 0.02), 0.6),
            lips=mix(skin, RED, uniform(0.5, 0.8)),
            iris=random_colour(uniform, (0.3, 0.8), (0.15, 0.6), hue=(0.05, 0.6)),
            shirt=shirt,
            wall=wall,
            floor=unlike([skin, hair], lambda: random_colour(uniform, (0.0, 0.5), (0.1, 0.95))),
            fringe=uniform(0.12, 0.3),
            long=uniform(0, 1) < 0.45,
        )

    def background(self, size: int) -> Plane:
        """The background's colour in each of so many rows, (3, size)."""
        return blend(self.wall, self.floor, (pixel_centres(size) + 1) / 2)
