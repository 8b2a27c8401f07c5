"""``motionkit export``: what a run makes, or a clip folder holds, for other programs."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
from rich.progress import track as progress

from motionkit.cli import clips
from motionkit.cli.console import console
from motionkit.cli.outputs import open_output, write_track
from motionkit.interfaces import ConfigError, Skeleton
from motionkit.io.clips import ClipFile
from motionkit.io.files import inside
from motionkit.io.keypoint_formats.track import Track
from motionkit.io.keypoint_formats.writing import WRITERS
from motionkit.io.manifest import NAME, read_manifest
from motionkit.io.pretrained import output_of
from motionkit.io.video import write_video
from motionkit.numerics.moments import moments
from motionkit.pictures.picture import Picture
from motionkit.pictures.skeletons import as_seen

STICK_SIZE = 256
"""Width and height of the frames in whose pixels keypoints are given where there are no frames."""


class Moving(NamedTuple):
    """One clip that is to be exported.

    Attributes:
        name: of its files, without an ending.
        skeleton: what its keypoints are.
        keypoints_TK2: in [-1, 1] across the frames.
        confidence_TK: in [0, 1].
        times_T: seconds since the first frame, as the clip plays.
        size: width and height of the frames in pixels.
        frames: uint8 (H, W, 3), made or read only when they are asked for.
    """

    name: str
    skeleton: Skeleton
    keypoints_TK2: np.ndarray
    confidence_TK: np.ndarray
    times_T: np.ndarray
    size: tuple[int, int]
    frames: Iterator[Picture]


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(list(WRITERS)), default="sidecar", show_default=True,
              help="What the keypoints are written in.")  # fmt: skip
@click.option("-n", "--number", type=click.IntRange(min=1), help="Of a run: clips to make; 8 by default. Of a clip "
              "folder: how many of its clips; all by default.")  # fmt: skip
@clips.seconds_option
@clips.fps_option
@clips.seed_option
@click.option("--video/--no-video", "with_video", default=True, show_default=True, help="Write each clip's video too.")
@click.option("--out", type=click.Path(path_type=Path), help="Output folder; the default is RUN/exported.")
def export(
    source: Path,
    format_: str,
    number: int | None,
    seconds: float | None,
    fps: float,
    seed: int,
    with_video: bool,
    out: Path | None,
) -> None:
    """Write keypoints for other programs: those that a run makes, or those of a clip folder.

    SOURCE is a run, or a folder that motionkit prepare made. --seconds, --fps and --seed are for runs.
    """
    if (source / NAME).is_file():
        total, moving = _recorded(source, number)
        folder = open_output(out or Path("exported") / source.resolve().name)
    else:
        total, moving = _made(source, number, seconds, fps, seed)
        folder = open_output(out or output_of(source, "exported"))
    for clip in progress(moving, "exporting", total=total, console=console(stderr=True), transient=True):
        if with_video:
            rate = (len(clip.times_T) - 1) / clip.times_T[-1] if clip.times_T[-1] else fps
            with folder.file(f"{clip.name}.mp4") as temporary:
                write_video(temporary, clip.frames, rate, clip.times_T.tolist())
        track = Track.of(clip.name, clip.skeleton, clip.times_T, clip.keypoints_TK2, clip.confidence_TK, clip.size)
        write_track(folder, track, format_)
    click.echo(f"{total} clips: {folder.path}/clip-*")


def _recorded(folder: Path, number: int | None) -> tuple[int, Iterator[Moving]]:
    """The clips of a clip folder, numbered as it numbers them; a label stands after the number."""
    manifest = read_manifest(folder)
    records = [clip for video in manifest.videos for clip in video.clips][:number]

    def clips_in_turn() -> Iterator[Moving]:
        for index, record in enumerate(records):
            file = ClipFile(inside(folder, record.file))
            every = np.arange(len(file.times_T))
            label = re.sub("[^A-Za-z0-9-]+", "-", record.label)
            name = f"clip-{index:03d}" + (f"_{label}" if label else "")
            height, width = file.size
            frames = (file.frames(every[at : at + 1])[0] for at in every)
            yield Moving(name, manifest.skeleton, *file.poses(every), file.times_T, (width, height), frames)

    return len(records), clips_in_turn()


def _made(run: Path, number: int | None, seconds: float | None, fps: float, seed: int) -> tuple[int, Iterator[Moving]]:
    """Clips of a run, as ``motionkit generate`` makes them of the same seed."""
    generator = clips.open_run(run)
    skeleton = generator.skeleton
    if skeleton is None:
        raise ConfigError(f"{run}: its generator knows no keypoints, so there are none to export")
    number = number or clips.DEFAULT_CLIPS
    _, asked_T = moments(generator, clips.length(generator, seconds), fps)
    clips.warn_beyond_judged(run, float(asked_T[-1]))
    times_T = np.arange(len(asked_T)) / fps
    side = generator.image_size or STICK_SIZE

    def clips_in_turn() -> Iterator[Moving]:
        for index in range(number):
            noise, asked = generator.noise(1, seed, first=index), asked_T.to(generator.device)
            keypoints = generator.keypoints(noise, asked)
            assert keypoints is not None  # of a generator with a skeleton
            keypoints_TK2 = keypoints[0].cpu().numpy()
            sure_TK = np.ones(keypoints_TK2.shape[:2])
            pieces = generator.pieces(noise, asked)
            frames = (frame_HWC for piece in pieces for frame_HWC in as_seen(piece, skeleton, size=STICK_SIZE)[0])
            yield Moving(f"clip-{index:03d}", skeleton, keypoints_TK2, sure_TK, times_T, (side, side), frames)

    return number, clips_in_turn()
