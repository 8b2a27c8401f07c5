"""A face of human proportions: what its features do to where they are in space."""

from dataclasses import dataclass

import numpy as np

from motionkit.drawing.face.features import Features
from motionkit.drawing.random import Uniform
from motionkit.drawing.shapes import Array

Points = dict[str, Array]
"""Named places, each (3, T) in half widths of the face or, in a picture, (T, 2)."""

SIDES = (("left", 1.0), ("right", -1.0))
"""The face's left is +x when it faces the viewer."""


@dataclass(frozen=True)
class Face:
    """Lengths as parts of half the face's width, which is about 7 cm; set by eye near the averages of adults.

    The origin is between the eyes, in the middle of the head; heights are downwards from it.
    """

    eye: float = 0.45
    eye_width: float = 0.24
    eye_height: float = 0.19
    brow: float = 0.34
    nose: float = 0.66
    mouth: float = 1.02
    mouth_width: float = 0.36
    upper_lip: float = 0.09
    lower_lip: float = 0.12
    chin: float = 1.62
    chin_width: float = 0.52
    jaw: float = 0.16

    @classmethod
    def random(cls, uniform: Uniform) -> "Face":
        """Each length up to 8 % longer or shorter than average, lips and eyes up to 20 % in height; our choice."""
        freedom = {"eye_height": 0.2, "upper_lip": 0.2, "lower_lip": 0.2, "mouth": 0.04, "chin": 0.05}
        spread = {name: freedom.get(name, 0.08) for name in cls.__dataclass_fields__}
        return cls(**{name: getattr(cls, name) * uniform(1 - share, 1 + share) for name, share in spread.items()})

    def points(self, features: Features) -> Points:
        """The 13 landmarks under their names, and what else a picture needs, each (3, T): x to the face's left, y down,
        z forwards.

        Beside the landmarks there are, of either side, the eye's ``inner`` and ``outer corner``, its ``iris``, the
        ``inner`` and ``outer brow``, the ``temple``, the ``ear`` and the nose's ``wing``; and in the middle ``nose``
        and ``nose root``, the lips' inner edges, and the centres ``crown``, ``cheeks`` and ``chin ball`` of the
        spheres that the head is made of.
        """
        zero = np.zeros_like(features.open_T)
        moved = features.moved

        def place(x: Array | float, y: Array | float, z: float) -> Array:
            return np.stack([x + zero, y + zero, z + zero])

        chin_T = self.chin + moved.jaw
        points = {
            "chin": place(0, chin_T, 0.62),
            "chin ball": place(0, chin_T - self.chin_width, 0.12),
            "cheeks": place(0, self.jaw, 0.0),
            "crown": place(0, -0.55, -0.15),
            "nose root": place(0, 0.02, 0.95),
            "nose": place(0, self.nose - 0.06, 1.2),
            "upper lip": place(0, self.mouth - self.upper_lip * (1 - moved.thin) - moved.lip_up, 0.98),
            "lower lip": place(0, self.mouth + self.lower_lip * (1 - moved.thin) + moved.jaw, 0.93),
            "upper lip's inner edge": place(0, self.mouth - moved.lip_up, 0.98),
            "lower lip's inner edge": place(0, self.mouth - moved.lip_up + moved.jaw, 0.93),
        }
        for side, sign in SIDES:
            eye, lower_T = sign * self.eye, self.eye_height * (0.42 - moved.squint)
            # A third of the way from the eye's middle to its outer corner a parabola still has 8/9 of its height, above
            # or below the line between the corners.
            outer_third, curve = eye + sign * self.eye_width / 3, 8 / 9
            brow_x, brow_y = eye - sign * moved.brow_in, -self.brow - moved.brow_up
            corner_x = sign * (self.mouth_width + moved.corner_out)
            points |= {
                f"{side} jaw": place(sign, self.jaw, 0),
                f"{side} inner corner": place(eye - sign * self.eye_width, 0.03, 0.8),
                f"{side} outer corner": place(eye + sign * self.eye_width, 0.0, 0.7),
                f"{side} iris": place(eye, 0.0, 0.8),
                f"{side} brow": place(brow_x + sign * 0.04, brow_y, 0.84),
                f"{side} inner brow": place(brow_x - sign * 0.24, brow_y + 0.06 - moved.brow_slant, 0.9),
                f"{side} outer brow": place(brow_x + sign * 0.28, brow_y + 0.09, 0.68),
                f"{side} temple": place(sign * 0.6, -0.85, 0.45),
                f"{side} ear": place(sign * 1.03, self.jaw + 0.08, -0.2),
                f"{side} wing": place(sign * 0.15, self.nose + 0.02, 1.0),
                f"{side} mouth corner": place(corner_x, self.mouth + moved.jaw * 0.35 - moved.corner_up, 0.85),
            }
            upper_T = lower_T - self.eye_height * features.open_T
            points[f"{side} lower lid"] = place(outer_third, 0.01 + curve * lower_T, 0.8 - 0.2 / 3)
            points[f"{side} upper lid"] = place(outer_third, 0.01 + curve * upper_T, 0.8 - 0.2 / 3)
        return points
