"""``motionkit interpolate``: clips on the way from one to another."""

from pathlib import Path
from typing import Literal

import click
import torch
from torch import Tensor

from motionkit.cli import clips, sources
from motionkit.cli.outputs import open_output, write_picture
from motionkit.interfaces import ConfigError, Noise, VideoGenerator
from motionkit.io.pretrained import output_of
from motionkit.numerics.great_circle import great_circle
from motionkit.numerics.moments import moments
from motionkit.pictures.sheets import mosaic
from motionkit.pictures.skeletons import as_seen
from motionkit.preparation.coding import Coded, coded

Part = Literal["motion", "appearance", "both"]
END = "a seed, a picture, a video, or FOLDER:CLIP of a clip folder"


@click.command()
@clips.run_argument
@click.option("--from", "start", required=True, metavar="A", help=f"Where the way begins: {END}.")
@click.option("--to", "end", required=True, metavar="B", help="Where it ends: likewise.")
@click.option("--steps", type=click.IntRange(min=2), default=6, show_default=True, help="Clips, both ends included.")
@click.option("--part", type=click.Choice(["motion", "appearance", "both"]), default="both", show_default=True,
              help="What changes on the way; the rest is that of A where A is a seed, and else that of clip 0 of "
              "--seed.")  # fmt: skip
@sources.detector_option
@clips.seconds_option
@clips.fps_option
@clips.seed_option
@clips.format_option
@click.option("--out", type=click.Path(path_type=Path), help="Output folder; the default is RUN/interpolated.")
def interpolate(
    run: Path,
    start: str,
    end: str,
    steps: int,
    part: Part,
    detector: str | None,
    seconds: float | None,
    fps: float,
    seed: int,
    format_: str,
    out: Path | None,
) -> None:
    """Make clips on the way from A to B: the noises of two seeds, or what is read from two clips or pictures of people.

    In the video all play at once, side by side; on the contact sheet each has a row, between those of A and B where
    these are real.

    Example: motionkit interpolate pretrained:actions --from 1 --to 2 --part motion
    """
    generator = clips.open_run(run)
    varied = tuple(generator.noise_sizes) if part == "both" else (part,)
    if missing := [name for name in varied if name not in generator.noise_sizes]:
        raise ConfigError(
            f"the generator of {run} has no noise of {missing[0]}, only of {' and '.join(generator.noise_sizes)}"
        )
    ends = [_end(generator, source, varied, detector) for source in (start, end)]
    noise = between(generator, ends[0].noise, ends[1].noise, varied, steps, seed)
    real = any(told.seconds is not None for told in ends)
    if seconds is None:
        seconds = min((told.seconds for told in ends if told.seconds is not None), default=None)
    shown_T, asked_T = moments(generator, clips.length(generator, seconds), fps, real=real)
    clips.warn_beyond_judged(run, float(shown_T[-1]))
    out = out or output_of(run, "interpolated")
    folder = open_output(out)

    shown = clips.Shown(len(shown_T))
    pieces = generator.pieces(noise, asked_T.to(generator.device))
    seen = shown.passing(as_seen(piece, generator.skeleton) for piece in pieces)
    clips.write_clip(folder, "way", format_, (frame for piece in seen for frame in mosaic(piece, steps)), fps)
    labels = [f"{share:.0%}" for share in shares(steps).tolist()]
    columns_T = shown_T[shown.indices]
    above, below = (
        dict(zip([word], sources.rows(told, generator, columns_T).values(), strict=False))
        for word, told in zip(("from", "to"), ends, strict=True)
    )
    write_picture(folder, "contact-sheet.png", sources.sheet(shown.video_BTHWC, labels, above, below))
    click.echo(f"{steps} clips of {len(shown_T)} frames, {' and '.join(varied)} from {start} to {end}")
    click.echo(f"side by side:  {out}/way.{format_}".replace(".png", "/"))
    click.echo(f"contact sheet: {out / 'contact-sheet.png'}")


def _end(generator: VideoGenerator, source: str, varied: tuple[str, ...], detector: str | None) -> Coded:
    """One end of the way: the noise of a seed's clip 0, or those parts of real people that change on the way."""
    if source.isdecimal():
        return Coded(generator.noise(1, int(source)), None, {})
    return coded(generator, dict.fromkeys(varied, source), detector)


def between(
    generator: VideoGenerator, start: Noise, end: Noise, varied: tuple[str, ...], steps: int, seed: int
) -> dict[str, Tensor]:
    """Noise of as many clips as there are steps.

    Args:
        generator: whose noise it is.
        start: (1, D) for the parts that are known of the way's beginning.
        end: likewise of its end.
        varied: the parts that change on the way; both ends have them.
        steps: S.
        seed: of the parts that do not change, where the beginning has none.
    """
    kept = {**generator.noise(1, seed), **start}
    way = shares(steps).to(generator.device)
    return {
        part: great_circle(start[part][0], end[part][0], way) if part in varied else values.expand(steps, -1)
        for part, values in kept.items()
    }


def shares(steps: int) -> Tensor:
    """How far along the way each step is, from 0 to 1."""
    return torch.linspace(0, 1, steps)
