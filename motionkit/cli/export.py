"""``motionkit export``: what a run makes, or a clip folder holds, for other programs."""

from pathlib import Path

import click
from click.core import ParameterSource
from rich.progress import track as progress

from motionkit.assembly import load
from motionkit.cli import clips
from motionkit.cli.console import console
from motionkit.cli.moving import made, recorded
from motionkit.cli.outputs import KEYPOINTS, open_output, write_skeleton_file, write_track
from motionkit.interfaces import ConfigError
from motionkit.io.keypoint_formats.track import Track
from motionkit.io.manifest import NAME
from motionkit.io.pretrained import output_of


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(list(KEYPOINTS)), default="sidecar", show_default=True,
              help="What the keypoints are written in.")  # fmt: skip
@click.option("-n", "--number", type=click.IntRange(min=1), help="Of a run: clips to make; 8 by default. Of a clip "
              "folder: how many of its clips; all by default.")  # fmt: skip
@clips.seconds_option
@clips.fps_option
@clips.seed_option
@click.option("--video/--no-video", "with_video", default=True, show_default=True, help="Write each clip's video too.")
@click.option(
    "--onnx", "as_onnx", is_flag=True, help="Write a run's generator itself, as graphs that browsers can run."
)
@click.option("--out", type=click.Path(path_type=Path), help="Output folder; the default is RUN/exported, of graphs "
              "RUN/onnx.")  # fmt: skip
@click.pass_context
def export(
    context: click.Context,
    source: Path,
    format_: str,
    number: int | None,
    seconds: float | None,
    fps: float,
    seed: int,
    with_video: bool,
    as_onnx: bool,
    out: Path | None,
) -> None:
    """Write keypoints for other programs: those that a run makes, or those of a clip folder. Or the generator itself.

    SOURCE is a run, or a folder that motionkit prepare made. --seconds, --fps and --seed are for runs.

    Example: motionkit export pretrained:actions -n 2 --format csv
    """
    if as_onnx:
        given = [name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
        if set(given) - {"source", "as_onnx", "out"}:
            raise click.UsageError("--onnx writes the generator and no clips; it takes --out alone")
        _graphs(source, out)
        return
    if (source / NAME).is_file():
        moving = recorded(source, number)
        folder = open_output(out or Path("exported") / source.resolve().name)
    else:
        moving = made(source, number, seconds, fps, seed)
        folder = open_output(out or output_of(source, "exported"))
    for clip in progress(moving.clips, "exporting", total=moving.total, console=console(stderr=True), transient=True):
        if with_video:
            times_T = clip.poses.times_T
            rate = (len(times_T) - 1) / times_T[-1] if times_T[-1] else fps
            clips.write_clip(folder, clip.name, format_, clip.frames, rate, times_T.tolist())
        write_track(folder, Track.of(clip.name, moving.skeleton, *clip.poses, clip.size), format_)
    write_skeleton_file(folder, moving.skeleton)
    click.echo(f"{moving.total} clips: {folder.path}/clip-*")


def _graphs(run: Path, out: Path | None) -> None:
    """The generator of a run as graphs."""
    # Imported here, because only this waits for it.
    from motionkit.graphs.package import write_graphs

    if (run / NAME).is_file():
        raise ConfigError(f"{run}: is a clip folder, and only a run has a generator to export as graphs")
    generator = load(run)
    folder = open_output(out or output_of(run, "onnx"))
    for name, size, difference in write_graphs(generator, folder):
        click.echo(f"{folder.path / name}: {size / 1e6:.2f} MB; differs from torch by {difference:.1g} at most")
