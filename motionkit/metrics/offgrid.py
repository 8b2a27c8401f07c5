"""The claim of continuous time: that a clip moves between its frames as real motion does."""

import torch
from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, ConfigError, Metric
from motionkit.metrics.mean import MeanMetric
from motionkit.numerics.frechet import frechet_distance


def with_middles(grid_T: Tensor) -> Tensor:
    """The grid's times and those midway between, (2 T - 1,)."""
    times_S = grid_T.repeat_interleave(2)[:-1].clone()
    times_S[1::2] = (grid_T[1:] + grid_T[:-1]) / 2
    return times_S


def midway_deviation(keypoints_BSK2: Tensor) -> Tensor:
    """How far keypoints at the middles lie from the straight line between their two neighbours, (B, T - 1, K, 2).

    0 of a model that interpolates linearly. Of x(t) = sin(w t) with a step of 2 h it is sin(w t) (1 - cos(w h)).

    Args:
        keypoints_BSK2: at the times of :func:`with_middles`, S = 2 T - 1.
    """
    grid_BTK2 = keypoints_BSK2[:, ::2]
    return keypoints_BSK2[:, 1::2] - (grid_BTK2[:, 1:] + grid_BTK2[:, :-1]) / 2


def _deviation(clips: Clips) -> Tensor:
    if clips.keypoints_BTK2.shape[1] < 3:
        raise ConfigError("it takes two frames, with a moment between them, but the clips have one")
    return midway_deviation(clips.keypoints_BTK2.double())


class OffgridFrechet(Metric):
    """Frechet distance of what happens between frames: of the deviation from a straight line at each middle.

    Range 0 and up, lower is closer, in squared units of [-1, 1] summed over coordinates. The truth between frames must
    be known, so recorded data can't be a reference. A model of steps that shows or interpolates its nearest ones is
    found out, however good its frames are. Our choice, to test what the ODE and the SDE are for.
    """

    class Config(ComponentConfig):
        """No settings."""

    needs = "keypoints"
    better = "lower"
    span = (0.0, float("inf"))

    def times(self, grid_T: Tensor) -> Tensor:
        return with_middles(grid_T)

    def features(self, clips: Clips) -> Tensor:
        """Deviations, (B, (T - 1) K 2)."""
        return _deviation(clips).flatten(1)

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        return frechet_distance(real_ND, other_MD)


class OffgridError(MeanMetric):
    """How far clips are from straight lines between their frames: root mean square over joints and middles of a clip.

    In units of [-1, 1], 0 and up, to be that of real clips; averaged over clips. A linear interpolator has 0. See
    :class:`OffgridFrechet`.
    """

    class Config(ComponentConfig):
        """No settings."""

    needs = "keypoints"
    better = "real"
    span = (0.0, float("inf"))

    def times(self, grid_T: Tensor) -> Tensor:
        return with_middles(grid_T)

    def features(self, clips: Clips) -> Tensor:
        """Root mean square distance, (B, 1)."""
        return torch.sqrt(_deviation(clips).square().sum(-1).mean((1, 2)))[:, None]
