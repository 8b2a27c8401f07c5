"""The moments of a clip's frames, on the clock that people see and on that of the generator."""

from typing import NamedTuple

from torch import Tensor

from motionkit.interfaces import VideoGenerator
from motionkit.numerics.timeline import SpeedCurve, frame_times

SPEED = SpeedCurve.parse("1")
"""A clip's own speed."""


class Moments(NamedTuple):
    """The moments that a clip's frames show.

    Attributes:
        shown_T: for people: seconds of the motion, (T,); those of a real clip's motion count from its first frame.
        asked_T: for the generator: the same on its own clock.
    """

    shown_T: Tensor
    asked_T: Tensor


def moments(
    generator: VideoGenerator, seconds: float, fps: float, curve: SpeedCurve = SPEED, real: bool = False
) -> Moments:
    """The moments of a clip's frames.

    Args:
        generator: who makes the clip.
        seconds: how long it plays.
        fps: frames a second.
        curve: how fast.
        real: whether the motion is that of a real clip, which begins with its first frame; one from noise begins a
            frame after time 0.
    """
    shown_T = curve.warp(frame_times(seconds, fps, first=0 if real else 1), seconds)
    return Moments(shown_T, generator.clock(shown_T) if real else shown_T)
