"""Where a picture shows a body, and from which side."""

from dataclasses import dataclass

import numpy as np

from motionkit.drawing.shapes import Array
from motionkit.interfaces import COCO17


@dataclass(frozen=True)
class Placement:
    """Where the picture shows the body: turned by ``turn`` radians to the viewer's right, then perhaps mirrored.

    ``stature`` is the body's height in picture units (the picture is 2 high); ``x`` and ``floor`` place its feet.
    """

    turn: float
    mirrored: bool
    stature: float
    x: float
    floor: float

    @property
    def facing(self) -> float:
        """-1 for a body in profile that looks to the left, 0 for one that faces the viewer, 1 to the right."""
        return float(np.sin(self.turn)) * (-1 if self.mirrored else 1)

    def project(self, joints_3KT: Array) -> Array:
        """Orthographic projection: (3, K, T) in statures to keypoints (T, K, 2) in [-1, 1], y down."""
        across = np.cos(self.turn) * joints_3KT[0] + np.sin(self.turn) * joints_3KT[2]
        height = joints_3KT[1]
        if self.mirrored:
            order = list(COCO17.mirror)
            across, height = -across[order], height[order]
        keypoints_2KT = np.stack([self.x + self.stature * across, self.floor + self.stature * height])
        return keypoints_2KT.transpose(2, 1, 0)
