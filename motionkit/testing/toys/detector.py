"""A detector that looks for colours."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pydantic

from motionkit.interfaces import ComponentConfig, Detector, Frame, Pose
from motionkit.testing.toys.skeleton import TOY


class ToyDetector(Detector):
    """Takes the brightest pixel for the head, and the reddest and the bluest for the hands."""

    class Config(ComponentConfig):
        """The threshold."""

        contrast: float = pydantic.Field(0.1, ge=0, le=1, description="below it, a frame holds no figure")

    config: Config
    skeleton = TOY

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        """A pose for each frame, or None where all pixels are alike."""
        for frame in frames:
            image_HWC = frame.image_HWC.astype(np.float32) / 255
            height, width = image_HWC.shape[:2]
            red, blue = image_HWC[..., 0], image_HWC[..., 2]
            if np.ptp(image_HWC) < self.config.contrast:
                yield None
                continue
            peaks = [
                np.unravel_index(map_HW.argmax(), map_HW.shape) for map_HW in (image_HWC.sum(2), red - blue, blue - red)
            ]
            keypoints_K2 = [((2 * x + 1) / width - 1, (2 * y + 1) / height - 1) for y, x in peaks]
            yield Pose(np.array(keypoints_K2, dtype=np.float32), np.ones(TOY.size, dtype=np.float32))
