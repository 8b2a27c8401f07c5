"""Where a picture shows a face, and how its head turns."""

from dataclasses import dataclass

import numpy as np

from motionkit.drawing.face.face import Points
from motionkit.drawing.shapes import Array
from motionkit.interfaces import FACE13

NECK = np.array([0.0, 1.3, -0.5])
"""What the head turns about."""


@dataclass(frozen=True)
class Pose:
    """Where the picture shows the face: half its width in picture units (the picture is 2 wide), and its middle."""

    scale: float
    x: float
    y: float

    def project(self, points: Points, head_3T: Array) -> Points:
        """Turns the head about its neck, nods and tilts it, and projects orthographically: each point to (T, 2)."""
        turn, nod, tilt = head_3T
        projected = {}
        for name, place_3T in points.items():
            x, y, z = place_3T - NECK[:, None]
            x, z = np.cos(turn) * x + np.sin(turn) * z, np.cos(turn) * z - np.sin(turn) * x
            y, z = np.cos(nod) * y + np.sin(nod) * z, np.cos(nod) * z - np.sin(nod) * y
            x, y = np.cos(tilt) * x - np.sin(tilt) * y, np.cos(tilt) * y + np.sin(tilt) * x
            places_2T = np.stack([self.x + self.scale * (x + NECK[0]), self.y + self.scale * (y + NECK[1])])
            projected[name] = places_2T.T
        return projected


def landmarks(projected: Points) -> Array:
    """The 13 landmarks of a projected face, (T, 13, 2)."""
    return np.stack([projected[name] for name in FACE13.joints], axis=1)
