"""Moving shapes that know their signed distance from every pixel's centre.

So a shape's edge covers pixels by exact fractions and moves smoothly at sub-pixel speed; no drawing library known to us
gives that for thick tapered lines.
"""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Plane = NDArray[np.float32]


class Shape(Protocol):
    """Something that moves: points are (T, 2) and lengths in picture units (the picture is 2 wide)."""

    @property
    def extent(self) -> tuple[Array, Array]:
        """The least and greatest (x, y) that it reaches in any frame."""

    def cover(self, x: Plane, y: Plane, pixel: float) -> tuple[Plane, Plane]:
        """How much of each pixel it covers, in [0, 1], and how near its rim that pixel is; both (T, H, W)."""


class Capsule(NamedTuple):
    """A segment between two points of shape (T, 2) and its radius at each."""

    start: Array
    end: Array
    start_radius: float
    end_radius: float

    @property
    def extent(self) -> tuple[Array, Array]:
        ends, reach = np.concatenate([self.start, self.end]), max(self.start_radius, self.end_radius)
        return ends.min(0) - reach, ends.max(0) + reach

    def cover(self, x: Plane, y: Plane, pixel: float) -> tuple[Plane, Plane]:
        start = self.start.astype(np.float32)
        along = (self.end - self.start).astype(np.float32)
        dx = x - start[:, 0, None]
        dy = y - start[:, 1, None]
        squared = np.maximum((along**2).sum(-1), 1e-12)[:, None]
        along_x, along_y = along[:, :1], along[:, 1:]
        # Where each pixel's foot lies along the segment: a sum of a part that depends on x and one that depends on y.
        where = (dx * (along_x / squared))[:, None, :] + (dy * (along_y / squared))[:, :, None]
        np.clip(where, 0, 1, out=where)
        away_x = dx[:, None, :] - where * along_x[:, None]
        away_y = dy[:, :, None] - where * along_y[:, None]
        away = np.sqrt(away_x * away_x + away_y * away_y)
        if self.start_radius == self.end_radius:
            radius = np.float32(self.start_radius)
        else:
            radius = np.float32(self.start_radius) + where * np.float32(self.end_radius - self.start_radius)
        return np.clip(0.5 - (away - radius) / pixel, 0, 1), away / radius


class Lens(NamedTuple):
    """What lies between two parabolas that meet in two corners of shape (T, 2): an eye, a mouth.

    ``upper`` and ``lower`` of shape (T,) say how far down, across the line between the corners, each parabola has its
    top; one that has it higher up is negative. Where ``upper`` is not above ``lower`` there is nothing.
    """

    left: Array
    right: Array
    upper: Array
    lower: Array

    @classmethod
    def through(cls, left: Array, right: Array, upper: Array, lower: Array) -> "Lens":
        """The lens whose parabolas pass through the points ``upper`` and ``lower``, each (T, 2)."""
        half, middle = (right - left) / 2, (left + right) / 2
        squared_T = np.maximum((half**2).sum(-1), 1e-12)

        def top(point: Array) -> Array:
            away = point - middle
            u_T = (away * half).sum(-1) / squared_T
            v_T = (half[:, 0] * away[:, 1] - half[:, 1] * away[:, 0]) / np.sqrt(squared_T)
            return np.asarray(v_T / (1 - u_T**2))

        return cls(left, right, top(upper), top(lower))

    def narrowed(self, share: float) -> "Lens":
        """A lens of the same tops, whose corners lie ``share`` of the way out along the middle of this one."""
        half, middle = (self.right - self.left) / 2, (self.left + self.right) / 2
        down = np.stack([-half[:, 1], half[:, 0]], axis=-1) / np.linalg.norm(half, axis=-1, keepdims=True)
        bend_T = (1 - share**2) * (self.upper + self.lower) / 2
        centre = middle + bend_T[:, None] * down
        return Lens(centre - share * half, centre + share * half, self.upper - bend_T, self.lower - bend_T)

    @property
    def extent(self) -> tuple[Array, Array]:
        ends = np.concatenate([self.left, self.right])
        reach = max(np.abs(self.upper).max(), np.abs(self.lower).max())
        return ends.min(0) - reach, ends.max(0) + reach

    def cover(self, x: Plane, y: Plane, pixel: float) -> tuple[Plane, Plane]:
        middle, half = (self.left + self.right) / 2, (self.right - self.left) / 2
        length = np.maximum(np.linalg.norm(half, axis=-1, keepdims=True), 1e-6)
        across, origin = (half / length).astype(np.float32), middle.astype(np.float32)
        dx, dy = x - origin[:, :1], y - origin[:, 1:]
        u = (dx * across[:, :1])[:, None, :] + (dy * across[:, 1:])[:, :, None]
        v = (dy * across[:, :1])[:, :, None] - (dx * across[:, 1:])[:, None, :]
        length_T11 = length[:, :, None].astype(np.float32)
        u /= length_T11

        def below(top: Array) -> Plane:
            """How far under a parabola each pixel is: the height difference, made shorter where the curve is steep."""
            height = top[:, None, None].astype(np.float32)
            slope = -2 * u * height / length_T11
            return (v - height * (1 - u * u)) / np.sqrt(1 + slope * slope)

        # Between two edges less than a pixel apart, what both cover is less than either: so nothing is left of a
        # closed eye.
        edges = (np.clip(0.5 + distance / pixel, 0, 1) for distance in (below(self.upper), -below(self.lower)))
        covered = np.maximum(sum(edges) - 1, 0) * np.clip(0.5 - (np.abs(u) - 1) * length_T11 / pixel, 0, 1)
        return covered, np.zeros_like(covered)
