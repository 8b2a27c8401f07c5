"""Windows: how training and evaluation draw pieces of clips from a dataset, always the same for the same seed."""

import copy
import warnings

import torch
from torch import Tensor
from torch.utils.data import Dataset

from motionkit.interfaces import ClipDataset, Clips, DataError, Window
from motionkit.interfaces.seeding import seeded


def collate(windows: list[Window]) -> Clips:
    """Windows of equal length as clips; each has its own times, (B, T), float32 seconds since its first frame."""
    times_BT = torch.stack([window.times_T - window.times_T[0] for window in windows]).float()
    keypoints_BTK2 = torch.stack([window.keypoints_TK2 for window in windows])
    videos = [window.video_TCHW for window in windows if window.video_TCHW is not None]
    return Clips(times_BT, keypoints_BTK2, torch.stack(videos) if videos else None)


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
        # A clip has as many starts as seconds to spare; a clip that just fits still has one.
        self.weights = (lengths[self.long_enough] - self.span).clamp(min=self.span / frames if frames > 1 else 1.0)

    def __getitem__(self, index: int) -> Window:
        clip, start = self.place(index)
        return self.dataset[clip].window(start + self.offsets_T, self.size)

    def place(self, index: int) -> tuple[int, float]:
        """The number of the clip that window ``index`` is of, and the second at which it starts there."""
        rng = seeded(self.seed, "window", index)
        clip = int(self.long_enough[int(torch.multinomial(self.weights, 1, generator=rng))])
        start = float(torch.rand(1, generator=rng, dtype=torch.float64)) * (self.dataset[clip].seconds - self.span)
        return clip, start

    def at(self, offsets_T: Tensor) -> "Windows":
        """The same pieces of the same clips, seen at other moments between their first frame and their last.

        Args:
            offsets_T: float64 seconds after a window's start, ascending.
        """
        other = copy.copy(self)
        other.offsets_T = offsets_T.clamp(0, self.span)
        return other
