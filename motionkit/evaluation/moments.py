"""The moments at which a metric looks at clips: at those of a real window, and at those of a generated motion."""

from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from motionkit.interfaces import Clips, Metric


def even_times(frames: int, fps: float) -> Tensor:
    """1/fps, 2/fps, ..., float64; the first is not 0, where a generator has no frame."""
    return torch.arange(1, frames + 1, dtype=torch.float64) / fps


class Moments(NamedTuple):
    """When a metric looks; metrics of the same moments share their clips.

    Attributes:
        grid: frame times that the metric was given, seconds, ascending.
        times: those at which it looks at a clip, likewise.
        starts: seconds after which it does so in a generated motion.
    """

    grid: tuple[float, ...]
    times: tuple[float, ...]
    starts: tuple[float, ...]

    @classmethod
    def of(cls, metric: Metric, frames: int, fps: float) -> "Moments":
        """The moments of a metric, where so many frames are evaluated, at so many a second."""
        grid_T = even_times(max(frames, round(metric.seconds * fps)), fps)
        return cls(tuple(grid_T.tolist()), tuple(metric.times(grid_T).double().tolist()), tuple(metric.starts))

    @property
    def times_T(self) -> Tensor:
        """Seconds of a clip, float64."""
        return torch.tensor(self.times, dtype=torch.float64)

    @property
    def offsets_T(self) -> Tensor:
        """Seconds after the first frame of a real window, float64."""
        return self.times_T - self.grid[0]

    @property
    def between(self) -> bool:
        """Whether some lie elsewhere than at the frames."""
        return self.times != self.grid

    @property
    def generated_T(self) -> Tensor:
        """All moments of a generated motion, float64: where pieces overlap, each once."""
        return self._generated_PT.unique()

    def pieces(self, motions: Clips) -> list[Clips]:
        """The pieces of generated motions, whose frames are at :attr:`generated_T`, each as a clip of its own."""
        indices_PT = torch.searchsorted(self.generated_T, self._generated_PT)
        return [replace(motions.frames(index_T), times=self.times_T.float()) for index_T in indices_PT]

    @property
    def _generated_PT(self) -> Tensor:
        starts_P1 = torch.tensor(self.starts, dtype=torch.float64)[:, None]
        return (starts_P1 + self.times_T).round(decimals=9)  # one moment of two pieces is one number
