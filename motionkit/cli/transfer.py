"""``motionkit transfer``: the motion of one run, drawn by the renderer of another."""

from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import torch
from torch import Tensor

from motionkit.assembly import NOISE_PARTS, join
from motionkit.cli import clips
from motionkit.cli.outputs import open_output, write_picture
from motionkit.interfaces import Clips, Noise
from motionkit.io.pretrained import output_of
from motionkit.io.run import RunFolder
from motionkit.numerics.timeline import frame_times
from motionkit.pictures.picture import Picture
from motionkit.pictures.sheets import contact_sheet, enlarge, mosaic
from motionkit.pictures.skeletons import as_seen
from motionkit.two_stages import TwoStageGenerator

PANEL = 256
"""Height and width of each of a clip's panels, in pixels; more where a renderer draws larger frames."""


@click.command()
@click.option("--motion", "motion_run", required=True, type=click.Path(path_type=Path), help="The run that moves.")
@click.option("--renderer", "renderer_run", required=True, type=click.Path(path_type=Path), help="The run that draws.")
@click.option("-n", "--number", type=click.IntRange(min=1), default=4, show_default=True, help="Clips to make.")
@clips.seconds_option
@clips.fps_option
@clips.seed_option
@clips.format_option
@click.option("--out", type=click.Path(path_type=Path), help="Output folder; the default is transferred in the "
              "folder of the run that draws.")  # fmt: skip
def transfer(
    motion_run: Path,
    renderer_run: Path,
    number: int,
    seconds: float | None,
    fps: float,
    seed: int,
    format_: str,
    out: Path | None,
) -> None:
    """Draw the motion of one run with the renderer of another.

    Each clip has three panels: as the run that moves draws it itself, which is left out if it trained no renderer; its
    keypoints; and as the other run draws it.

    Example: motionkit transfer --motion runs/first --renderer pretrained:actions
    """
    moves, draws = RunFolder.open(motion_run), RunFolder.open(renderer_run)
    target = join({"motion": moves, "renderer": draws})
    roles = [role for role in NOISE_PARTS if role in moves.document["components"]]
    source = join(dict.fromkeys(roles, moves))
    for generator in (source, target):
        generator.to(clips.device()).eval()
    times_T = frame_times(clips.length(target, seconds), fps)
    clips.warn_beyond_judged(motion_run, float(times_T[-1]))
    out = out or output_of(renderer_run, "transferred")
    folder = open_output(out)

    titles = ["its own", "keypoints", "transferred"][source.renderer is None :]
    sheet = []
    for clip in range(number):
        shown = clips.Shown(len(times_T))
        own, other = (generator.noise(1, seed, first=clip) for generator in (source, target))
        panels = shown.passing(_panels(source, target, own, other, times_T.to(target.device)))
        frames = (frame for piece in panels for frame in mosaic(piece, columns=len(titles)))
        clips.write_clip(folder, f"clip-{clip:03d}", format_, frames, fps)
        sheet.append(shown.video_BTHWC)
    labels = [f"clip {clip}: {row}" for clip in range(number) for row in titles]
    write_picture(folder, "contact-sheet.png", contact_sheet(np.concatenate(sheet), labels=labels))
    click.echo(f"{number} clips of {len(times_T)} frames")
    click.echo(f"clips:         {out}/clip-*.{format_}".replace(".png", "/"))
    click.echo(f"contact sheet: {out / 'contact-sheet.png'}")


@torch.no_grad()
def _panels(
    source: TwoStageGenerator, target: TwoStageGenerator, own: Noise, other: Noise, times_T: Tensor
) -> Iterator[Picture]:
    """The panels of one clip, uint8 (B, T, H, W, 3), in pieces."""
    size = max(PANEL, source.image_size or 0, target.image_size or 0)
    noise = {"motion": own["motion"], "appearance": other["appearance"]}
    for drawn, moved in zip(target.pieces(noise, times_T), _pieces_like(source, own, times_T), strict=True):
        panels = [Clips(drawn.times, drawn.keypoints), drawn]
        if moved.video is not None:
            panels.insert(0, moved)
        yield np.concatenate([enlarge(as_seen(panel, target.skeleton), size) for panel in panels])


def _pieces_like(source: TwoStageGenerator, own: Noise, times_T: Tensor) -> Iterator[Clips]:
    """The pieces of the run that moves, as long as those of the other, though it may draw nothing."""
    if source.renderer is not None:
        yield from source.pieces(own, times_T)
    else:
        yield from Clips(times_T, source.keypoints(own, times_T)).chunks(TwoStageGenerator.CHUNK)
