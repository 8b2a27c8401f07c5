"""The frames of one video, kept aside on disk while its poses are found and judged."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np
from PIL import Image

from motionkit.interfaces import DataError, Frame


class Spool:
    """Holds the square in the middle of every frame that passes, shrunk to ``size`` pixels, in an open binary file.

    So memory does not grow with the video's length, and no video is decoded twice.

    Attributes:
        times: the seconds of each frame.
        shapes: the whole height and width of each frame in pixels.
        problem: what was wrong with the file, where it broke off; else "".
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file, self.size = file, size
        self.times: list[float] = []
        self.shapes: list[tuple[int, int]] = []
        self.problem = ""

    def passing(self, frames: Iterator[Frame], on_frame: Callable[[], None]) -> Iterator[Frame]:
        """The same frames. A file that breaks off ends them early and leaves its ``problem``."""
        try:
            for frame in frames:
                height, width = frame.image_HWC.shape[:2]
                self.file.write(_square(frame.image_HWC, self.size).tobytes())
                self.times.append(frame.time)
                self.shapes.append((height, width))
                on_frame()
                yield frame
        except DataError as error:
            self.problem = str(error)

    def read(self, first: int, count: int) -> np.ndarray:
        """``count`` frames from number ``first`` on, uint8 (T, size, size, 3)."""
        shape = (count, self.size, self.size, 3)
        self.file.seek(first * self.size * self.size * 3)
        return np.frombuffer(self.file.read(int(np.prod(shape))), np.uint8).reshape(shape)

    def keypoints_in_square(self, keypoints_TK2: np.ndarray) -> np.ndarray:
        """Keypoints across the whole frames, as they lie across the square in their middle."""
        shapes_T2 = np.array(self.shapes).reshape(-1, 2)
        return keypoints_TK2 * (shapes_T2[:, ::-1] / shapes_T2.min(axis=1, keepdims=True))[:, None, :]


def _square(image_HWC: np.ndarray, size: int) -> np.ndarray:
    """The square in the middle of the picture, averaged over areas down to ``size`` pixels."""
    height, width = image_HWC.shape[:2]
    side = min(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    box = (left, top, left + side, top + side)
    return np.asarray(Image.fromarray(image_HWC).resize((size, size), Image.Resampling.BOX, box=box))
