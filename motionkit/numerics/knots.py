"""Values on evenly spaced knots, and every time between them.

Motion models step on knots whose number follows the clip's seconds, never its frames. Knot i lies at i / per_second
whatever else is asked for: a longer clip only appends knots, so a time that two calls share has the same value in both.
"""

from functools import cached_property

import torch
from einops import rearrange
from torch import Tensor
from torch.nn import functional as F

from motionkit.interfaces.errors import ConfigError, NonFiniteError


class KnotGrid:
    """The knots 0, 1/n, 2/n, ... seconds that cover the times asked for.

    Args:
        times: seconds, ascending (repeats are a pause), >= 0, of shape (T,) for all clips or (B, T) for each.
        clips: B.
        per_second: n, the knots in one second.

    Raises:
        ConfigError: the times are not such times.
    """

    def __init__(self, times: Tensor, clips: int, per_second: int) -> None:
        self.per_second = per_second
        self.clips = clips
        # Float64, so that the last of ten minutes' frames is placed as exactly as the first; on the CPU, because the
        # number of knots must be known there, and because some accelerators have no float64.
        seconds = _checked(times.detach().to("cpu", torch.float64), clips)
        self._position_GT = torch.atleast_2d(seconds) * per_second  # counted in knots; G is 1 where clips share times

    @cached_property
    def steps(self) -> int:
        """S, the number of intervals between knots: at least 1; there are S + 1 knots."""
        return max(1, int(self._position_GT.max().ceil()))

    def linear(self, values_SBD: Tensor) -> Tensor:
        """The straight line between the two nearest knots, (B, T, D), for values at the S + 1 knots."""
        index_GT, u_GT = self._locate(values_SBD)
        rows_GTJ = torch.stack([index_GT, index_GT + 1], dim=-1)
        weights_GTJ = torch.stack([1 - u_GT, u_GT], dim=-1)
        return _weighted_rows(values_SBD, rows_GTJ, weights_GTJ)

    def cubic_hermite(self, values_SBD: Tensor, slopes_SBD: Tensor) -> Tensor:
        """The cubic that has the values and slopes of the two nearest knots, (B, T, D).

        Args:
            values_SBD: values at the S + 1 knots.
            slopes_SBD: their derivatives, per knot interval (not per second).
        """
        index_GT, u_GT = self._locate(values_SBD)
        slope_GT = index_GT + len(values_SBD)
        rows_GTJ = torch.stack([index_GT, index_GT + 1, slope_GT, slope_GT + 1], dim=-1)
        return _weighted_rows(torch.cat([values_SBD, slopes_SBD]), rows_GTJ, torch.stack(_hermite(u_GT), dim=-1))

    def require_finite(self, values_SBD: Tensor, solver: str, remedy: str) -> None:
        """Checks the values at the knots.

        Raises:
            NonFiniteError: one is infinite or NaN; the message names the solver, the first such time, and the remedy.
        """
        bad_SB = ~values_SBD.isfinite().all(dim=-1)
        if not bad_SB.any():
            return
        knot, clip = bad_SB.nonzero()[0].tolist()
        if knot == 0:
            remedy = "the weights or the noise that made the initial value hold a NaN or are too large"
        raise NonFiniteError(
            f"{solver}: the state of clip {clip} is not finite at {knot / self.per_second:g} s; {remedy}."
        )

    def _locate(self, values_SBD: Tensor) -> tuple[Tensor, Tensor]:
        """The knot before each time, and how far on it lies to the next, in [0, 1]."""
        index_GT = self._position_GT.floor().clamp(max=self.steps - 1)
        fraction_GT = (self._position_GT - index_GT).to(values_SBD.dtype)
        return index_GT.long().to(values_SBD.device), fraction_GT.to(values_SBD.device)


class OneInterval(KnotGrid):
    """Two knots and a time between them for each clip: a grid that can be followed without looking at a value.

    A graph for another runtime is made of shapes alone, so no loop in it is as long as values say, and nothing in it is
    refused. What calls a model on this grid once for each interval makes the loop, and vouches for the times.

    Args:
        part_B: how far each clip's time lies from the first knot to the second, in [0, 1].
        per_second: n; the knots are 1/n seconds apart.
    """

    def __init__(self, part_B: Tensor, per_second: int) -> None:
        self.per_second = per_second
        self.clips = part_B.shape[0]  # len() would make it a number for good
        self._part_B = part_B

    @property
    def steps(self) -> int:
        return 1

    def linear(self, values_SBD: Tensor) -> Tensor:
        part_B1 = self._part_B[:, None]
        return torch.lerp(values_SBD[0], values_SBD[1], part_B1)[:, None]

    def cubic_hermite(self, values_SBD: Tensor, slopes_SBD: Tensor) -> Tensor:
        first, second, leaving, arriving = _hermite(self._part_B[:, None])
        values_BD = first * values_SBD[0] + second * values_SBD[1]
        return (values_BD + leaving * slopes_SBD[0] + arriving * slopes_SBD[1])[:, None]

    def require_finite(self, values_SBD: Tensor, solver: str, remedy: str) -> None:
        """Checks nothing."""


def _hermite(u: Tensor) -> list[Tensor]:
    """Weights of the values of two knots, then of their slopes, at ``u`` of the way from one to the other."""
    v = 1 - u
    return [(1 + 2 * u) * v**2, (1 + 2 * v) * u**2, u * v**2, -v * u**2]


def _checked(times: Tensor, clips: int) -> Tensor:
    shape = tuple(times.shape)
    if times.ndim not in (1, 2) or shape[-1] == 0 or (times.ndim == 2 and shape[0] != clips):
        raise ConfigError(f"times must be of shape (T,) or ({clips}, T) for a batch of {clips} clips, but got {shape}.")
    if not times.isfinite().all():
        raise ConfigError("times must be finite numbers of seconds, but some are NaN or infinite.")
    if times.min() < 0:
        raise ConfigError(f"times must be at least 0 seconds, but the smallest is {times.min():g}.")
    falls = (times.diff(dim=-1) < 0).nonzero()
    if len(falls):
        at = tuple(falls[0].tolist())
        before, after = times[..., :-1][at], times[..., 1:][at]
        raise ConfigError(f"times must ascend, but {before:g} s is followed by {after:g} s.")
    return times


def _weighted_rows(values_NBD: Tensor, rows_GTJ: Tensor, weights_GTJ: Tensor) -> Tensor:
    """sum_j weights[t, j] * values[rows[t, j]] as (B, T, D), with one set of rows for all clips (G = 1) or for each.

    Each output time reads its own J knots, so memory and work are linear in the clip's length, where a matrix of all
    times by all knots is quadratic. ``embedding_bag`` is the one kernel that gathers and sums without holding the J
    gathered copies: at 1024 times it is several times faster than either, forward and backward.
    """
    groups = len(rows_GTJ)
    table_RX = rearrange(values_NBD, "n (g b) d -> (n g) (b d)", g=groups)
    rows_GTJ = rows_GTJ * groups + torch.arange(groups, device=rows_GTJ.device)[:, None, None]
    sums_RX = F.embedding_bag(
        rows_GTJ.flatten(0, 1), table_RX, per_sample_weights=weights_GTJ.flatten(0, 1), mode="sum"
    )
    return rearrange(sums_RX, "(g t) (b d) -> (g b) t d", g=groups, d=values_NBD.shape[-1])
