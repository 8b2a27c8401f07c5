"""The interface of datasets: collections of clips that can be read at any time."""

import abc
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from motionkit.interfaces.component import ComponentConfig
from motionkit.interfaces.skeleton import Skeleton
from motionkit.interfaces.split import Split


@dataclass(frozen=True)
class Window:
    """A piece of one clip.

    Attributes:
        times_T: float64, seconds since the clip's start, ascending: the true moments of these frames.
        keypoints_TK2: float32 (x, y) in [-1, 1], y down, pixel centres.
        confidence_TK: float32 in [0, 1]; 1 where the truth is known.
        pixels_TCHW: float32 in [-1, 1], or uint8 from 0, which is -1, to 255, which is 1, as recordings have them: a
            quarter as much to pass on. None where only keypoints were asked for.
    """

    times_T: Tensor
    keypoints_TK2: Tensor
    confidence_TK: Tensor
    pixels_TCHW: Tensor | None

    @property
    def video_TCHW(self) -> Tensor | None:
        """The pixels as float32 in [-1, 1]; None where only keypoints were asked for."""
        return None if self.pixels_TCHW is None else as_video(self.pixels_TCHW)


def as_video(pixels: Tensor) -> Tensor:
    """Pixels of any shape as floats in [-1, 1]; those that are bytes from 0, which is -1, to 255, which is 1."""
    return pixels.float().div_(127.5).sub_(1) if pixels.dtype == torch.uint8 else pixels


class Clip(abc.ABC):
    """One stretch of gapless motion.

    Attributes:
        label: what is done in it, such as an action's name; "" where unknown.
        source: where it comes from, for people: a file's name, or a made clip's number.
        seconds: its last moment; the first is 0.
    """

    label: str
    source: str
    seconds: float

    @property
    def recorded_times_T(self) -> Tensor | None:
        """The moments of a recording's frames, float64 seconds, (T,); None for a clip that is known at every time."""
        return None

    @abc.abstractmethod
    def window(self, times_T: Tensor, size: int | None = None) -> Window:
        """The clip at its moments nearest to the times asked for.

        Args:
            times_T: float64 seconds in [0, seconds], ascending.
            size: height and width of the video in pixels; None for keypoints alone.

        Returns:
            As many moments as were asked for, with their true times: a recorded clip has moments only at its frames,
            a clip in closed form has one at every time.

        Raises:
            DataError: the clip could not be read.
        """


class ClipDataset(abc.ABC):
    """A sequence of clips that share a skeleton.

    Set in every subclass:
        Config: the nested :class:`ComponentConfig`.

    Define in every subclass: :attr:`skeleton`, ``__len__``, ``__getitem__``. Clips are cheap to get: pixels are read
    or drawn only in :meth:`Clip.window`. The same config and index give the same clip, in any process.
    """

    Config: ClassVar[type[ComponentConfig]]

    def __init__(self, config: ComponentConfig, split: Split = "train") -> None:
        self.config = config
        self.split = split

    @property
    def digest(self) -> str | None:
        """Says which clips these are, wherever they lie: clips of one digest can take each other's place.

        None of clips that the config alone decides, such as made ones. A dataset that reads files should have one.
        """
        return None

    @property
    @abc.abstractmethod
    def skeleton(self) -> Skeleton:
        """What the keypoints are."""

    @abc.abstractmethod
    def __len__(self) -> int:
        """The number of clips in this split."""

    @abc.abstractmethod
    def __getitem__(self, index: int) -> Clip:
        """Clip number ``index``; raises IndexError outside [0, len)."""
