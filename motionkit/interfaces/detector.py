"""The interface of keypoint detectors: video frames to poses."""

import abc
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np

from motionkit.interfaces.component import ComponentConfig
from motionkit.interfaces.skeleton import Skeleton


class Frame(NamedTuple):
    """One decoded frame.

    Attributes:
        time: its presentation time in seconds since the first frame.
        image_HWC: uint8 RGB of shape (H, W, 3), upright and of square pixels.
        coded_HW: height and width in the pixels of the file, also upright, where those are not square; there other
            programs may count pixels otherwise than ``image_HWC`` has them.
    """

    time: float
    image_HWC: np.ndarray
    coded_HW: tuple[int, int] | None = None


class Pose(NamedTuple):
    """Keypoints found in one frame.

    Attributes:
        keypoints_K2: float32 (x, y) in [-1, 1] across the frame as it was given, y down, pixel centres.
        confidence_K: float32 in [0, 1], how sure the detector is that the keypoint is there and visible.
    """

    keypoints_K2: np.ndarray
    confidence_K: np.ndarray


class Detector(abc.ABC):
    """Finds the keypoints of one figure in each frame of a video.

    Set in every subclass:
        Config: the nested :class:`ComponentConfig`.
        skeleton: which keypoints it finds; where the config says, ``__init__`` sets it again for the one detector.

    Set where it differs:
        noisy: whether the keypoints of a figure that stands still tremble, so that they want smoothing; False where
            they are the truth, or were smoothed already.

    Define in every subclass: :meth:`detect`. Heavy models are loaded there, not in ``__init__``. A detector goes to
    another process as its class and its config, and nothing else of it.
    """

    Config: ClassVar[type[ComponentConfig]]
    skeleton: Skeleton
    noisy: ClassVar[bool] = True

    def __init__(self, config: ComponentConfig) -> None:
        self.config = config

    def __reduce__(self) -> tuple[type["Detector"], tuple[ComponentConfig]]:
        return type(self), (self.config,)

    @abc.abstractmethod
    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        """One pose, or None where no figure is found, for each frame in turn.

        Frames are taken one at a time, so that a video of any length passes in constant memory; whatever a tracker
        remembers between frames lives in this one call.

        Args:
            frames: the frames of one video in the order of their times.
            source: the video's path, for detectors that read what lies beside it, and for messages.
        """
