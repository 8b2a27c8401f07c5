"""What the commands that make clips share: their options, what a contact sheet shows, and how clips are written."""

import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import click
import numpy as np
import torch

from motionkit.assembly import join, load
from motionkit.cli.outputs import KEYPOINTS
from motionkit.interfaces import VideoGenerator
from motionkit.io.output import OutputFolder
from motionkit.io.run import RunFolder
from motionkit.io.video import write_video
from motionkit.pictures.picture import Picture, save_png
from motionkit.training.judged import judged_seconds

DEFAULT_CLIPS = 8
"""How many clips are made where nobody says."""

SHOWN_FRAMES = 8
"""How many of a clip's frames a contact sheet shows."""

run_argument = click.argument("run", type=click.Path(path_type=Path))
seconds_option = click.option(
    "--seconds", type=float, help="Length of each clip as it plays; by default 2, or all that can be made."
)
fps_option = click.option(
    "--fps", type=float, default=30.0, show_default=True, help="Frames a second; any rate will do."
)
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Which clips to make."
)
format_option = click.option(
    "--format", "format_", type=click.Choice(("mp4", "gif", "png")), default="mp4", show_default=True,
    help="png is a folder of frames.",
)  # fmt: skip


def device() -> str:
    """Where clips are made: on a GPU if there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def open_run(run: Path, renderer: Path | None = None) -> VideoGenerator:
    """The generator of a run folder, where clips are made; drawn by the renderer of another run, if one is named."""
    if renderer is None:
        return load(run, device())
    runs = {"motion": RunFolder.open(run), "renderer": RunFolder.open(renderer)}
    return join(runs).to(device()).eval()


def length(generator: VideoGenerator, seconds: float | None) -> float:
    """Seconds of a clip that was asked for without a length."""
    return min(2.0, generator.max_seconds or 2.0) if seconds is None else seconds


def warn_beyond_judged(run: Path, seconds: float) -> None:
    """Say so where motions go on for longer than a run's training judged any.

    Args:
        run: whose motion it is.
        seconds: how long the motions last; infinite for those without end.
    """
    judged = judged_seconds(run)
    if seconds > judged + 1e-6:
        how_long = "without end" if math.isinf(seconds) else f"for {seconds:.3g} s"
        warnings.warn(
            f"these motions go on {how_long}, but training judged {judged:g} s of a motion; "
            "how later ones fare, the metric horizon says",
            stacklevel=2,
        )


class Shown:
    """Lets the frames of clips pass, piece by piece, and keeps those that a contact sheet shows.

    Args:
        frames: how many will pass.
    """

    def __init__(self, frames: int) -> None:
        self.indices: list[int] = torch.linspace(0, frames - 1, min(SHOWN_FRAMES, frames)).round().long().tolist()
        """Which of them are kept."""
        self._kept: list[Picture] = []

    def passing(self, pieces: Iterable[Picture]) -> Iterator[Picture]:
        """Each piece, uint8 (B, T, H, W, 3), once it was looked at."""
        start = 0
        for piece_BTHWC in pieces:
            end = start + piece_BTHWC.shape[1]
            self._kept.append(piece_BTHWC[:, [index - start for index in self.indices if start <= index < end]])
            start = end
            yield piece_BTHWC

    @property
    def video_BTHWC(self) -> Picture:
        """What was kept."""
        return np.concatenate(self._kept, axis=1)


def write_clip(
    out: OutputFolder,
    name: str,
    format_: str,
    frames: Iterable[Picture],
    fps: float,
    times: Sequence[float] | None = None,
) -> None:
    """Write frames, uint8 (H, W, 3), to the file ``name`` with the format's ending, or for ``png`` to a folder.

    Beside keypoints it is an mp4, and for formats whose readers want pictures, the folder as well. ``times`` are when
    frames are shown, where that is not every 1 / ``fps``.
    """
    with ExitStack() as stack:
        if format_ == "png" or (format_ in KEYPOINTS and KEYPOINTS[format_].pictures):
            frames = _saving(stack.enter_context(out.folder(name)), frames)
        if format_ == "png":
            for _ in frames:
                pass
        else:
            ending = "mp4" if format_ in KEYPOINTS else format_
            write_video(stack.enter_context(out.file(f"{name}.{ending}")), frames, fps, times)


def _saving(folder: Path, frames: Iterable[Picture]) -> Iterator[Picture]:
    """The frames, each saved as it passes."""
    for index, frame_HWC in enumerate(frames):
        save_png(folder / f"frame-{index:05d}.png", frame_HWC)
        yield frame_HWC
