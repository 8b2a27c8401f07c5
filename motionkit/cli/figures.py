"""``motionkit figures``: still pictures of what a continuous generator can do."""

from pathlib import Path

import click
import torch

from motionkit.assembly import training_fps
from motionkit.cli import clips
from motionkit.cli.outputs import open_output, write_picture
from motionkit.interfaces import VideoGenerator
from motionkit.io.pretrained import output_of
from motionkit.io.run import RunFolder
from motionkit.numerics.timeline import frame_times
from motionkit.pictures.picture import Picture
from motionkit.pictures.plots.trajectories import trajectories
from motionkit.pictures.sheets import TILE, film_strips
from motionkit.pictures.skeletons import as_seen

SHOWN_CLIPS, FRAMES, DENSER = 4, 8, 4


@click.command()
@clips.run_argument
@click.option("--fps", type=float, help="Frames a second in the middle; the default is what the motion was trained at, "
              "or 16 where a run does not say.")  # fmt: skip
@click.option("--seconds", type=float, help=f"Length of the clips; by default {FRAMES} frames at --fps.")
@clips.seed_option
@click.option("--out", type=click.Path(path_type=Path), help="Output folder; the default is RUN/figures.")
def figures(run: Path, fps: float | None, seconds: float | None, seed: int, out: Path | None) -> None:
    """Draw one clip at three frame rates, and keypoints four times as dense as the frames.

    frame-rates.png has a row at half of --fps, one at --fps, and one at twice it; frames of one time are in one
    column. dense-keypoints.png has a row for each of four clips, every fourth pose bold.

    Example: motionkit figures pretrained:actions --fps 8
    """
    generator = clips.open_run(run)
    fps = fps or training_fps(RunFolder.open(run))
    seconds = seconds or FRAMES / fps
    out = out or output_of(run, "figures")
    folder = open_output(out)
    write_picture(folder, "frame-rates.png", _frame_rates(generator, seconds, fps, seed))
    click.echo(f"frame rates:     {out / 'frame-rates.png'}")
    if generator.skeleton is not None:
        dense = generator.sample(SHOWN_CLIPS, times=frame_times(seconds, DENSER * fps), seed=seed)
        picture = trajectories(dense.keypoints_BTK2, dense.times, generator.skeleton, every=DENSER)
        write_picture(folder, "dense-keypoints.png", picture)
        click.echo(f"dense keypoints: {out / 'dense-keypoints.png'}")


def _frame_rates(generator: VideoGenerator, seconds: float, fps: float, seed: int) -> Picture:
    """The same clip, made anew at each rate."""
    rates = (fps / 2, fps, 2 * fps)
    strips, columns = [], []
    for step, rate in zip((4, 2, 1), rates, strict=True):
        sample = generator.sample(1, times=frame_times(seconds, rate), seed=seed)
        strips.append(as_seen(sample, generator.skeleton, size=TILE)[0])
        columns.append(torch.arange(1, len(sample.times) + 1) * step - 1)
    return film_strips(strips, [column.tolist() for column in columns], [f"{rate:g} a second" for rate in rates])
