"""Draws a face from its named points: capsules for the head, hair, brows and nose, lenses for eyes and mouth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from motionkit.drawing.colours import mix
from motionkit.drawing.face.complexion import Complexion
from motionkit.drawing.face.face import SIDES, Face, Points
from motionkit.drawing.face.pose import Pose
from motionkit.drawing.paint import Part, film
from motionkit.drawing.shapes import Array, Capsule, Lens, Plane

BLACK, WHITE, TEETH = (0.04, 0.03, 0.04), (0.95, 0.94, 0.92), (0.93, 0.90, 0.84)
THROAT = (0.22, 0.05, 0.06)


@dataclass(frozen=True)
class Portrait:
    """How the points of a face, as :meth:`Pose.project` gives them, become a picture."""

    complexion: Complexion
    face: Face
    pose: Pose

    def draw(self, points: Points, size: int) -> Plane:
        """Frames of shape (T, 3, size, size) in [-1, 1]."""
        return film(self.complexion.background(size), self._parts(points), len(points["chin"]))

    def _parts(self, points: Points) -> Iterator[Part]:
        yield from self._behind(points)
        yield from self._head(points)
        for side, _ in SIDES:
            yield from self._eye(points, side)
        yield from self._mouth(points)

    def _behind(self, points: Points) -> Iterator[Part]:
        """Hair at the back, neck and shoulders."""
        look, unit = self.complexion, self.pose.scale
        crown = points["crown"]
        hair = [Capsule(crown, crown, 1.14 * unit, 1.14 * unit)]
        if look.long:
            for side, sign in SIDES:
                ends = points[f"{side} ear"] + unit * np.array([sign * 0.1, 1.5])
                hair.append(Capsule(points[f"{side} temple"], ends, 0.5 * unit, 0.42 * unit))
        yield Part(hair, look.hair)
        places = ((0, 1.2), (0, 2.7), (1.2, 2.9), (-1.2, 2.9))
        neck, breast, left, right = (self._still(points, x, y) for x, y in places)
        yield Part([Capsule(neck, breast, 0.55 * unit, 0.6 * unit)], mix(look.skin, BLACK, 0.2))
        yield Part([Capsule(left, right, 0.75 * unit, 0.75 * unit)], look.shirt)

    def _still(self, points: Points, x: float, y: float) -> Array:
        """A place that does not move, in half widths of the face from its middle."""
        place = np.array([self.pose.x + self.pose.scale * x, self.pose.y + self.pose.scale * y])
        return np.broadcast_to(place, points["chin"].shape)

    def _head(self, points: Points) -> Iterator[Part]:
        look, unit = self.complexion, self.pose.scale
        ears = [Capsule(points[f"{side} ear"], points[f"{side} ear"], 0.18 * unit, 0.18 * unit) for side, _ in SIDES]
        yield Part(ears, look.skin)
        yield Part([Capsule(points["cheeks"], points["chin ball"], unit, self.face.chin_width * unit)], look.skin)
        temples = points["right temple"], points["left temple"]
        high_T, low_T = (np.full(len(points["chin"]), height * unit) for height in (-0.4, look.fringe))
        yield Part([Lens(*temples, high_T, low_T)], look.hair)
        wings = Capsule(points["left wing"], points["right wing"], 0.07 * unit, 0.07 * unit)
        ridge = Capsule(points["nose root"], points["nose"], 0.06 * unit, 0.12 * unit)
        yield Part([ridge, wings], mix(look.skin, BLACK, 0.12))

    def _eye(self, points: Points, side: str) -> Iterator[Part]:
        look, unit = self.complexion, self.pose.scale
        inner, outer, iris = (points[f"{side} {name}"] for name in ("inner corner", "outer corner", "iris"))
        left, right = (inner, outer) if side == "left" else (outer, inner)
        eye = Lens.through(left, right, points[f"{side} upper lid"], points[f"{side} lower lid"])
        lashes = eye._replace(upper=eye.upper - 0.035 * unit, lower=eye.lower + 0.012 * unit)
        yield Part([lashes], mix(look.brows, BLACK, 0.5))
        yield Part([eye], WHITE)
        yield Part([Capsule(iris, iris, 0.105 * unit, 0.105 * unit)], look.iris, within=eye)
        yield Part([Capsule(iris, iris, 0.045 * unit, 0.045 * unit)], BLACK, within=eye)
        ends = [points[f"{side} {name}"] for name in ("inner brow", "brow", "outer brow")]
        halves = zip(ends, ends[1:], (0.06, 0.055), (0.055, 0.03), strict=False)
        yield Part([Capsule(a, b, thick * unit, thin * unit) for a, b, thick, thin in halves], look.brows)

    def _mouth(self, points: Points) -> Iterator[Part]:
        # The face's left is to the viewer's right.
        corners = points["right mouth corner"], points["left mouth corner"]
        lips = Lens.through(*corners, points["upper lip"], points["lower lip"])
        yield Part([lips], self.complexion.lips)
        edges = points["upper lip's inner edge"], points["lower lip's inner edge"]
        opening = Lens.through(*corners, *edges).narrowed(0.85)
        yield Part([opening], THROAT)
        yield Part([opening._replace(lower=opening.upper + 0.13 * self.pose.scale)], TEETH, within=opening)
