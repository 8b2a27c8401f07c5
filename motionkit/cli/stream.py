"""``--out -``: a video for standard output, watched while it is made."""

import math
import os
import sys
from collections.abc import Iterable

import torch

from motionkit.interfaces import Clips, ConfigError, Skeleton, VideoGenerator
from motionkit.io.video import stream_video
from motionkit.numerics.timeline import SpeedCurve
from motionkit.pictures.skeletons import as_seen


def check_stream(number: int | None, format_: str) -> None:
    """Raises ConfigError where a stream of these clips can't be, or has nobody to read it."""
    if number not in (None, 1):
        raise ConfigError(f"--out - is a stream of one clip, not of {number}; --seed chooses which")
    if format_ != "mp4":
        raise ConfigError(f"--out - is a stream of mp4; name a folder for {format_}")
    if sys.stdout.isatty():
        raise ConfigError(
            "a terminal shows no video; let a player read it, as in: motionkit generate RUN --out - | mpv -"
        )


def pace(generator: VideoGenerator, fps: float, curve: SpeedCurve, real: bool) -> tuple[float, float]:
    """When the first frame of an endless motion lies, and how far it is from each to the next.

    Args:
        generator: who makes it.
        fps: frames a second.
        curve: how fast it plays, always the same.
        real: whether the motion is that of a real clip, as for :func:`motionkit.numerics.moments.moments`.

    Returns:
        Seconds of the generator's clock, and seconds.

    Raises:
        ConfigError: the speed changes with the fraction of a clip that has none, or the rate is not positive.
    """
    if len(set(curve.speeds)) > 1:
        raise ConfigError("the points of --speed are fractions of a clip, and one without end has none; give one speed")
    if not (fps > 0 and math.isfinite(fps)):
        raise ConfigError(f"fps must be positive, but is {fps:g}")
    interval = curve.speeds[0] / fps
    return float(generator.clock(torch.zeros(()))) if real else interval, interval


def to_stdout(pieces: Iterable[Clips], skeleton: Skeleton | None, fps: float, with_overlay: bool) -> None:
    """Write the pieces of one clip to standard output until they or their reader end, or Ctrl-C ends both.

    Args:
        pieces: in their order.
        skeleton: of their keypoints; None if they have none.
        fps: frames a second.
        with_overlay: whether the keypoints are drawn over the frames.
    """
    frames = (frame_HWC for piece in pieces for frame_HWC in as_seen(piece, skeleton, with_overlay)[0])
    try:
        for part in stream_video(frames, fps):
            sys.stdout.buffer.write(part)
            sys.stdout.buffer.flush()
    except (BrokenPipeError, KeyboardInterrupt):
        # What is left in the buffer would fail when Python closes it, or wait for a reader that is gone.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
