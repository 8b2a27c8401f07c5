"""Timelines: from frame rates and playback speeds to the seconds that a generator is asked for."""

import itertools
import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from motionkit.interfaces.errors import ConfigError

FASTEST = 1000
"""Model seconds in a second of play; more would take hours to solve, or overflow, for what nobody could see."""


def frame_times(seconds: float, fps: float, first: int = 1) -> Tensor:
    """The moments 1/fps, 2/fps, ... up to ``seconds``, float32, shape (T,).

    The first is 1/fps because the state at time 0 is the initial value, which is no output (Eq. 1). Each moment is
    computed in float64 and rounded once, so two frame rates agree to the last bit at the moments they share.

    Args:
        seconds: how long the frames are shown.
        fps: frames a second.
        first: number of the first frame; 0 for the frames of a real clip, which begin at its first moment.

    Raises:
        ConfigError: fewer than one frame fits, or a value is not positive.
    """
    if not (seconds > 0 and fps > 0 and math.isfinite(seconds) and math.isfinite(fps)):
        raise ConfigError(f"seconds and fps must be positive, but are {seconds:g} and {fps:g}")
    frames = math.floor(seconds * fps + 1e-6)
    if frames < 1:
        raise ConfigError(f"{seconds:g} seconds at {fps:g} frames a second hold no frame; ask for at least {1 / fps:g}")
    return torch.arange(first, first + frames, dtype=torch.float64).div(fps).float()


def after_start(times: Tensor, fps: float) -> Tensor:
    """When a generator shows the frames of a real clip: the first of them one training frame after time 0.

    The state at time 0 is the initial value, which is no output (Eq. 1), and training compares the output that follows
    with a clip's first frame. So what was encoded from a clip shows that clip's moment t at t + 1/fps.

    Args:
        times: seconds after the clip's first frame, of any shape.
        fps: frames a second of the windows that the generator learnt from.
    """
    return 1 / fps + times


class SpeedCurve(NamedTuple):
    """Playback speed over a clip, linear between its points.

    Attributes:
        fractions: positions in the clip as it plays, ascending from 0 to 1.
        speeds: model seconds that pass in one second of play, in (0, 1000]; 0.25 is four-fold slow motion.
    """

    fractions: tuple[float, ...]
    speeds: tuple[float, ...]

    @classmethod
    def parse(cls, text: str) -> "SpeedCurve":
        """Read ``"1"`` or points such as ``"0:1,0.5:0.25,1:1"`` (fraction of the clip : speed).

        Raises:
            ConfigError: the text has another form, fractions do not ascend within [0, 1], or a speed is out of range.
        """
        form = "a speed such as 0.5, or points such as 0:1,0.5:0.25,1:1 (fraction of the clip : speed)"
        try:
            points = [tuple(map(float, point.split(":"))) for point in text.split(",")]
            if len(points) == 1 and len(points[0]) == 1:
                points = [(0.0, points[0][0])]
            fractions, speeds = zip(*((fraction, speed) for fraction, speed in points), strict=True)
        except ValueError:
            raise ConfigError(f"the speed curve {text!r} is not {form}") from None
        if any(b <= a for a, b in itertools.pairwise(fractions)) or not all(0 <= f <= 1 for f in fractions):
            raise ConfigError(f"the fractions of the speed curve {text!r} must ascend within 0 and 1")
        if not all(0 < speed <= FASTEST for speed in speeds):
            raise ConfigError(f"the speeds of the speed curve {text!r} must be positive, and at most {FASTEST}")
        return cls(fractions, speeds)

    @property
    def mean(self) -> float:
        """Model seconds that a clip shows, as a multiple of those that it plays."""
        return float(self.warp(torch.ones(1), 1.0))

    def warp(self, times_T: Tensor, seconds: float) -> Tensor:
        """Model time at each moment of play: the integral of the speed, exact for the linear pieces.

        Args:
            times_T: moments of play in [0, seconds], shape (T,).
            seconds: length of the clip as it plays.
        """
        knots = np.unique(np.concatenate([[0.0, 1.0], self.fractions]))
        speed = np.interp(knots, self.fractions, self.speeds)
        integral = np.concatenate([[0.0], np.cumsum(np.diff(knots) * (speed[1:] + speed[:-1]) / 2)])
        played = times_T.double().numpy() / seconds
        piece = np.clip(np.searchsorted(knots, played, side="right") - 1, 0, len(knots) - 2)
        into = played - knots[piece]
        slope = (speed[piece + 1] - speed[piece]) / (knots[piece + 1] - knots[piece])
        return torch.from_numpy(seconds * (integral[piece] + into * (speed[piece] + slope * into / 2))).float()
