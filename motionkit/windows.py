"""Windows: how training and evaluation draw pieces of clips from a dataset, always the same for the same seed."""

import copy
import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from motionkit.interfaces import ClipDataset, Clips, DataError, Window
from motionkit.interfaces.dataset import as_video
from motionkit.interfaces.seeding import seeded


class Batch(NamedTuple):
    """Windows of equal length, on their way to be clips.

    Attributes:
        times_BT: float32 seconds since each window's first frame.
        keypoints_BTK2: float32 in [-1, 1].
        pixels_BTCHW: float32 in [-1, 1] or, where all windows have bytes, uint8; None where there are none.
    """

    times_BT: Tensor
    keypoints_BTK2: Tensor
    pixels_BTCHW: Tensor | None

    @classmethod
    def of(cls, windows: Sequence[Window]) -> "Batch":
        """These windows, in their order."""
        pixels = [window.pixels_TCHW for window in windows if window.pixels_TCHW is not None]
        if len({it.dtype for it in pixels}) > 1:  # some clips of a folder had another size, and were resized
            pixels = [as_video(it) for it in pixels]
        return cls(
            torch.stack([window.times_T - window.times_T[0] for window in windows]).float(),
            torch.stack([window.keypoints_TK2 for window in windows]),
            torch.stack(pixels) if pixels else None,
        )

    def clips(self, device: torch.device | str = "cpu") -> Clips:
        """The clips on a device; what are bytes travels there as bytes."""
        times_BT, keypoints_BTK2 = (part.to(device, non_blocking=True) for part in self[:2])
        if self.pixels_BTCHW is None:
            return Clips(times_BT, keypoints_BTK2)
        return Clips(times_BT, keypoints_BTK2, as_video(self.pixels_BTCHW.to(device, non_blocking=True)))


def collate(windows: Sequence[Window]) -> Clips:
    """Windows of equal length as clips; each has its own times, (B, T), float32 seconds since its first frame."""
    return Batch.of(windows).clips()


class Windows(Dataset[Window]):
    """An endless sequence of windows; number ``index`` is a function of the seed and ``index`` alone.

    A window starts at a random moment of a random clip, every moment of the dataset being as likely as any other.
    Since nothing is remembered between two windows, a run resumes at any step by asking for that step's numbers.

    Args:
        dataset: where the clips are.
        frames: T, frames of a window.
        fps: frames a second that are asked for; a recorded clip answers with its nearest frames and their true times.
        seed: of the sequence.
        size: height and width of the video in pixels; None for keypoints alone.

    Raises:
        DataError: no clip is as long as a window. Where some are not, they are left out, with a warning.
    """

    def __init__(self, dataset: ClipDataset, frames: int, fps: float, seed: int, size: int | None = None) -> None:
        self.dataset, self.size, self.seed = dataset, size, seed
        self.offsets_T = torch.arange(frames, dtype=torch.float64) / fps
        self.span = float(self.offsets_T[-1])
        lengths = torch.tensor([dataset[index].seconds for index in range(len(dataset))], dtype=torch.float64)
        self.long_enough = torch.nonzero(lengths >= self.span).flatten()
        if len(self.long_enough) == 0:
            longest = f"the longest has {lengths.max():.2f} s" if len(lengths) else "there is none"
            raise DataError(
                f"no clip of the data is as long as a window of {frames} frames at {fps:g} a second, "
                f"{self.span:.2f} s; {longest}; ask for fewer frames, or a higher rate"
            )
        if left_out := len(lengths) - len(self.long_enough):
            warnings.warn(
                f"{left_out} of {len(lengths)} clips are left out, because they are shorter than a window of "
                f"{frames} frames at {fps:g} a second, {self.span:.2f} s",
                stacklevel=1,
            )
        self.spare_N = (lengths[self.long_enough] - self.span).numpy()
        # A clip has as many starts as seconds to spare; a clip that just fits still has one.
        self.starts_N = np.cumsum(np.maximum(self.spare_N, self.span / frames if frames > 1 else 1.0))

    def __getitem__(self, index: int) -> Window:
        clip, start = self.place(index)
        return self.dataset[clip].window(start + self.offsets_T, self.size)

    def place(self, index: int) -> tuple[int, float]:
        """The number of the clip that window ``index`` is of, and the second at which it starts there."""
        rng = seeded(self.seed, "window", index)
        which, where = torch.rand(2, generator=rng, dtype=torch.float64).tolist()
        # Found by halving: among a million clips as soon as among a hundred.
        number = min(int(np.searchsorted(self.starts_N, which * self.starts_N[-1], "right")), len(self.starts_N) - 1)
        return int(self.long_enough[number]), float(where * self.spare_N[number])

    def at(self, offsets_T: Tensor) -> "Windows":
        """The same pieces of the same clips, seen at other moments between their first frame and their last.

        Args:
            offsets_T: float64 seconds after a window's start, ascending.
        """
        other = copy.copy(self)
        other.offsets_T = offsets_T.clamp(0, self.span)
        return other
