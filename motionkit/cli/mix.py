"""``motionkit mix``: motions and appearances, each with each."""

from pathlib import Path
from typing import Literal

import click
import torch

from motionkit.cli import clips
from motionkit.cli.outputs import open_output, write_picture
from motionkit.interfaces import ConfigError, Noise, VideoGenerator
from motionkit.io.pretrained import output_of
from motionkit.numerics.timeline import frame_times
from motionkit.pictures.sheets import contact_sheet, mosaic
from motionkit.pictures.skeletons import as_seen

Part = Literal["motion", "appearance"]


@click.command()
@clips.run_argument
@click.option("--rows", type=click.IntRange(min=1), default=4, show_default=True, help="Motions.")
@click.option("--cols", type=click.IntRange(min=1), default=4, show_default=True, help="Appearances.")
@click.option("--fix", type=click.Choice(["motion", "appearance"]),
              help="Let all clips share one motion, or one appearance; the other part differs in each.")  # fmt: skip
@clips.seconds_option
@clips.fps_option
@clips.seed_option
@clips.format_option
@click.option("--out", type=click.Path(path_type=Path), help="Output folder; the default is RUN/mixed.")
def mix(
    run: Path,
    rows: int,
    cols: int,
    fix: Part | None,
    seconds: float | None,
    fps: float,
    seed: int,
    format_: str,
    out: Path | None,
) -> None:
    """Make a grid of clips in which each row has one motion and each column one appearance.

    Motion i and appearance j are those of clips i and j of generate with the same seed.

    Example: motionkit mix pretrained:actions --rows 3 --cols 4
    """
    generator = clips.open_run(run)
    if not {"motion", "appearance"} <= generator.noise_sizes.keys():
        raise ConfigError(
            f"mixing needs noise of motion and noise of appearance, but the generator of {run} "
            f"has noise of {' and '.join(generator.noise_sizes)} only"
        )
    times_T = frame_times(clips.length(generator, seconds), fps)
    clips.warn_beyond_judged(run, float(times_T[-1]))
    cells = [cell_of(row, column, cols, fix) for row in range(rows) for column in range(cols)]
    out = out or output_of(run, "mixed")
    folder = open_output(out)

    pieces = generator.pieces(mixed(generator, cells, seed), times_T.to(generator.device))
    shown = clips.Shown(len(times_T))
    seen = shown.passing(as_seen(piece, generator.skeleton) for piece in pieces)
    clips.write_clip(folder, "grid", format_, (frame for piece in seen for frame in mosaic(piece, cols)), fps)
    labels = [f"motion {motion}, appearance {appearance}" for motion, appearance in cells]
    write_picture(folder, "contact-sheet.png", contact_sheet(shown.video_BTHWC, labels=labels))
    click.echo(f"{rows} x {cols} clips of {len(times_T)} frames")
    click.echo(f"grid:          {out}/grid.{format_}".replace(".png", "/"))
    click.echo(f"contact sheet: {out / 'contact-sheet.png'}")


def cell_of(row: int, column: int, columns: int, fix: Part | None) -> tuple[int, int]:
    """The numbers of the motion and the appearance of one clip of the grid."""
    one_each = row * columns + column
    return {None: (row, column), "motion": (0, one_each), "appearance": (one_each, 0)}[fix]


def mixed(generator: VideoGenerator, cells: list[tuple[int, int]], seed: int) -> Noise:
    """Noise of one clip for each pair of a motion's and an appearance's number.

    Whatever other parts a generator's noise has are those of clip 0 in all.
    """
    noise = generator.noise(1 + max(max(cell) for cell in cells), seed)
    motions, appearances = (torch.tensor(numbers, device=generator.device) for numbers in zip(*cells, strict=True))
    chosen = {"motion": motions, "appearance": appearances}
    return {part: values[chosen.get(part, torch.zeros_like(motions))] for part, values in noise.items()}
