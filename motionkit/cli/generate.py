"""``motionkit generate``."""

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click
import numpy as np
import torch
from rich.progress import track
from torch import Tensor

from motionkit.cli import clips, sources
from motionkit.cli.ahead import ahead
from motionkit.cli.console import console
from motionkit.cli.generated import FORMATS, Generated, write_generated
from motionkit.cli.outputs import KEYPOINTS, open_output, write_picture, write_skeleton_file
from motionkit.cli.stream import check_stream, pace, to_stdout
from motionkit.interfaces import ConfigError, Skeleton, VideoGenerator
from motionkit.io.pretrained import output_of
from motionkit.numerics.compiling import compile_network
from motionkit.numerics.moments import moments
from motionkit.numerics.places import noise_at, places_of
from motionkit.numerics.timeline import SpeedCurve
from motionkit.pictures.picture import Picture
from motionkit.pictures.sheets import contact_sheet
from motionkit.preparation.coding import Coded, coded

STDOUT = Path("-")
SHOWN_CLIPS = 8
"""What the two pictures show: of many clips the first."""


@click.command()
@clips.run_argument
@click.option("-n", "--number", type=click.IntRange(min=1), help="Clips to make; the default is 8, or 1 where both "
              "motion and appearance are real.")  # fmt: skip
@click.option("--renderer", type=click.Path(path_type=Path), help="Another run, whose renderer draws this one's "
              "motion.")  # fmt: skip
@click.option("--noise", "places", multiple=True, metavar="PART=PLACE",
              help="Noise of motion or of appearance elsewhere than at --seed: another seed, such as motion=7; clip 2 "
              "of it, motion=7/2; or a quarter of the way from there to seed 9, motion=7/2:9:0.25.")  # fmt: skip
@sources.motion_from_option
@sources.appearance_from_option
@sources.detector_option
@clips.seconds_option
@clips.fps_option
@click.option("--speed", default="1", show_default=True, metavar="CURVE",
              help="Playback speed, or points such as 0:1,0.5:0.25,1:1 (fraction of the clip : speed).")  # fmt: skip
@clips.seed_option
@click.option("--format", "format_", type=click.Choice(FORMATS), default="mp4", show_default=True,
              help="png is a folder of frames for each clip; npz holds frames, keypoints and times; what follows is "
              "keypoints beside an mp4.")  # fmt: skip
@click.option("--compile", "compiled", is_flag=True, help="Let torch.compile make drawing faster, after a minute or so "
              "of compiling.")  # fmt: skip
@click.option("--overlay", "with_overlay", is_flag=True, help="Draw the keypoints over the frames, enlarged.")
@click.option("--out", type=click.Path(path_type=Path), help="Output folder; the default is RUN/generated. Or -, for a "
              "stream of one clip to standard output, which --seconds inf makes endless.")  # fmt: skip
def generate(
    run: Path,
    number: int | None,
    renderer: Path | None,
    places: tuple[str, ...],
    motion_from: str | None,
    appearance_from: str | None,
    detector: str | None,
    seconds: float | None,
    fps: float,
    speed: str,
    seed: int,
    format_: str,
    compiled: bool,
    with_overlay: bool,
    out: Path | None,
) -> None:
    """Make videos with a trained run, a contact sheet of them, and a picture of their keypoints over time.

    A run that trained no renderer gives stick figures. With --motion-from or --appearance-from, or both, the clips move
    or look as real people do, if the run was trained with encoders; on the contact sheet those are above.

    Example: motionkit generate pretrained:actions -n 6 --seconds 4
    """
    streamed, endless = out == STDOUT, seconds == math.inf
    if streamed:
        check_stream(number, format_)
    elif endless:
        raise ConfigError("--seconds inf is for a stream, --out -, and not for files")
    generator, curve = clips.open_run(run, renderer), SpeedCurve.parse(speed)
    if compiled and generator.image_size is not None:
        compile_network(getattr(generator, "renderer", generator))
    noise_of = partial(noise_at, generator, places_of(generator, places, seed))
    real = sources.closely(
        generator, coded(generator, {"motion": motion_from, "appearance": appearance_from}, detector)
    )
    of_real = real.seconds is not None
    if with_overlay and generator.skeleton is None:
        raise ConfigError(f"--overlay draws keypoints, but the generator of {run} knows none")
    if format_ in KEYPOINTS and generator.skeleton is None:
        raise ConfigError(f"{format_} holds keypoints, but the generator of {run} knows none")
    if seconds is None and real.seconds is not None:
        seconds = real.seconds / curve.mean  # all of it, however fast it plays
    seconds = clips.length(generator, seconds)
    if not endless:
        times_T, asked_T = moments(generator, seconds, fps, curve, of_real)
    clips.warn_beyond_judged(run, math.inf if endless else float(times_T[-1]))
    if streamed:
        noise = noise_of() | real.noise
        pieces = (
            generator.endless(noise, *pace(generator, fps, curve, of_real))
            if endless
            else generator.pieces(noise, asked_T.to(generator.device))
        )
        to_stdout(ahead(pieces), generator.skeleton, fps, with_overlay)
        return
    number = number or (1 if real.noise.keys() >= generator.noise_sizes.keys() else clips.DEFAULT_CLIPS)
    out = out or output_of(run, "generated")
    folder = open_output(out)

    made: list[Generated] = []
    for clip in track(range(number), "making clips", console=console(stderr=True), transient=True):
        # One clip at a time, and that in pieces, so that neither their number nor their length bounds memory.
        noise = noise_of(clip=clip) | real.noise
        pieces = ahead(generator.pieces(noise, asked_T.to(generator.device)))
        written = write_generated(
            folder, f"clip-{clip:03d}", format_, pieces, generator.skeleton, times_T, fps, with_overlay
        )
        if clip < SHOWN_CLIPS:
            made.append(written)
    if format_ in KEYPOINTS and generator.skeleton is not None:
        write_skeleton_file(folder, generator.skeleton)
    click.echo(f"{number} clip{'s' * (number > 1)} of {len(times_T)} frames{_work(generator)}")
    click.echo(f"clips:         {out}/clip-*{_ending(format_)}")
    write_picture(folder, "contact-sheet.png", _sheet(made, real, generator, times_T, with_overlay))
    click.echo(f"contact sheet: {out / 'contact-sheet.png'}")
    if (picture := _trajectories(made, real, generator.skeleton, times_T)) is not None:
        write_picture(folder, "keypoints.png", picture)
        click.echo(f"keypoints:     {out / 'keypoints.png'}")


def _work(generator: VideoGenerator) -> str:
    """What the motion cost, where that is counted."""
    if generator.nfe is None:
        return ""
    why = "the solver's work, which grows with seconds and not with frames"
    return f", {generator.nfe} evaluations of the motion's field ({why})"


def _ending(format_: str) -> str:
    """What the names of a format's files end in, or of its folders."""
    if format_ in KEYPOINTS:
        return KEYPOINTS[format_].ending
    return "/" if format_ == "png" else f".{format_}"


def _sheet(
    made: Sequence[Generated], real: Coded, generator: VideoGenerator, times_T: Tensor, with_overlay: bool
) -> Picture:
    """A row for each clip, below the real ones that lent their motion or appearance."""
    made_BTHWC = np.concatenate([clip.shown.video_BTHWC for clip in made])
    if above := sources.rows(real, generator, times_T[made[0].shown.indices], with_overlay):
        return sources.sheet(made_BTHWC, [f"clip {clip}" for clip in range(len(made_BTHWC))], above, {})
    return contact_sheet(made_BTHWC)


def _trajectories(made: Sequence[Generated], real: Coded, skeleton: Skeleton | None, times_T: Tensor) -> Picture | None:
    """The clips' keypoints over time, beside those of the real clip that lent its motion; None where there are none."""
    poses, labels = [clip.keypoints_TK2 for clip in made if clip.keypoints_TK2 is not None], None
    if skeleton is None or not poses:
        return None
    # Imported here, because it is slow to import, and no clip waits for it.
    from motionkit.pictures.plots.trajectories import trajectories

    if "motion" in real.clips:  # one motion in all clips
        poses, labels = [sources.poses(real, times_T)[0], poses[0]], ["real", "made"]
    return trajectories(torch.stack(poses), times_T, skeleton, labels)
