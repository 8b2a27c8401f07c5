"""A camera that looks at a body in space, from any side."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pydantic
from pydantic import AfterValidator, Field

from motionkit.interfaces import ComponentConfig


def _ascending(limits: tuple[float, float]) -> tuple[float, float]:
    if limits[0] > limits[1]:
        raise ValueError(f"the range must ascend, but goes from {limits[0]:g} to {limits[1]:g}")
    return limits


Range = Annotated[tuple[pydantic.FiniteFloat, pydantic.FiniteFloat], AfterValidator(_ascending)]


class CameraConfig(ComponentConfig):
    """How motion capture is looked at. Each clip is seen from a side drawn at random within these limits."""

    azimuth: Range = (-60.0, 60.0)
    """Degrees round the body: 0 sees its front, 90 its left side, 180 its back."""
    elevation: Range = (0.0, 20.0)
    """Degrees above the horizon."""
    views: int = Field(default=4, ge=1, le=1000)
    """From how many sides each piece of motion is seen; each is a clip of its own."""
    stature: float = Field(default=1.3, gt=0, le=2)
    """The body's height in the picture, which is 2 high; 1.3 leaves room for raised arms."""
    fps: float = Field(default=25.0, gt=0)
    """Frames a second at most: a faster capture is thinned out, a slower one stays as it is."""
    seed: int = Field(default=0, ge=0)
    """Another seed, other sides and other clothes."""


@dataclass(frozen=True)
class Camera:
    """A direction to look from, in radians, round the vertical axis y: azimuth 0 looks from +z, a quarter from +x."""

    azimuth: float
    elevation: float

    @property
    def right_3(self) -> np.ndarray:
        """The direction in space that points to the picture's right."""
        return np.array([np.cos(self.azimuth), 0, -np.sin(self.azimuth)])

    @property
    def up_3(self) -> np.ndarray:
        """The direction in space that points to the picture's top."""
        tilt = np.sin(self.elevation)
        return np.array([-tilt * np.sin(self.azimuth), np.cos(self.elevation), -tilt * np.cos(self.azimuth)])

    def project(self, points_TK3: np.ndarray) -> np.ndarray:
        """Orthographic projection (our choice: no distance has to be made up) to (x, y), y down, in the same unit.

        The world's origin comes to lie in the middle of the picture.
        """
        return np.stack([points_TK3 @ self.right_3, -points_TK3 @ self.up_3], axis=-1)
