"""``motionkit prepare``: recordings to a folder of clips with keypoints."""

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from motionkit import registry
from motionkit.cli.console import console, description
from motionkit.config import Config, build_config, parse_assignments
from motionkit.interfaces import ConfigError, PluginError
from motionkit.preparation.clip_folder import Job, fill
from motionkit.preparation.crop import CropConfig
from motionkit.preparation.gate import GateConfig
from motionkit.preparation.layouts import LAYOUTS, MOCAP, Layout, LayoutConfig
from motionkit.preparation.mocap.camera import CameraConfig
from motionkit.preparation.mocap.captures import capture_job
from motionkit.preparation.mocap.settings import MocapSettings
from motionkit.preparation.report import report_table
from motionkit.preparation.settings import VideoSettings
from motionkit.preparation.smoothing import SmoothConfig
from motionkit.preparation.videos import video_job
from motionkit.workers import Workers


def _list_detectors(context: click.Context, _: click.Parameter, asked: bool) -> None:
    """Say what is installed, and what each is good for: the first line that its class says of itself."""
    if not asked or context.resilient_parsing:
        return
    table = Table("detector", "keypoints", "good for")
    for plugin in (found := registry.plugins("detector")):
        name = registry.call_name(plugin, found)
        try:
            detector = plugin.load()
        except PluginError as error:
            table.add_row(name, "", f"broken: {error}")
            continue
        table.add_row(name, detector.skeleton.name, (inspect.getdoc(detector) or "").partition("\n")[0])
    console().print(table)
    context.exit()


@click.command()
@click.option("--detectors", is_flag=True, is_eager=True, expose_value=False, callback=_list_detectors,
              help="List the detectors that are installed, with what each is good for, and exit.")  # fmt: skip
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The clip folder to make, or to add to.")
@click.option(
    "--layout",
    default="any",
    show_default=True,
    type=click.Choice(list(LAYOUTS)),
    help="How SOURCE is laid out, which tells who does what.",
)
@click.option(
    "--detector", "detector_name", help="Which detector finds the keypoints: mediapipe, sidecar ... Not for mocap."
)
@click.option(
    "--size", default=64, show_default=True, type=click.IntRange(min=8), help="Height and width of the clips."
)
@click.option(
    "--workers", default=1, show_default=True, type=click.IntRange(min=1), help="How many processes do the work."
)
@click.option("--scheduler", metavar="ADDRESS", default="", help="A Dask scheduler, whose cluster does the work.")
@click.option(
    "-o",
    "assignments",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting, such as gate.min_confidence=0.5 or crop.follow=true.",
)
def prepare(
    source: Path,
    out: Path,
    layout: str,
    detector_name: str | None,
    size: int,
    workers: int,
    scheduler: str,
    assignments: tuple[str, ...],
) -> None:
    """Turn SOURCE, a video, a folder of videos or a dataset, into a folder of clips with keypoints.

    Frames whose pose is missing, unsure or impossible are left out: short gaps are filled, at long ones the clip is
    split, and a table says what became of each video. Interrupted, the same command goes on where it stopped.

    Example: motionkit prepare videos --out clips --detector sidecar
    """
    by = Workers(workers, scheduler)
    overrides = parse_assignments(assignments)
    sections = ("gate", "layout", *(("camera",) if layout == MOCAP.name else ("crop", "smooth", "detector")))
    unknown = set(overrides) - set(sections)
    if unknown:
        told = " and ".join(f"{section}.KEY=VALUE" for section in sections)
        raise ConfigError(f"{sorted(unknown)[0]} has no settings here; there are {told}")
    if layout == MOCAP.name:
        job = _mocap_job(source, size, detector_name, overrides)
    else:
        job = _video_job(source, LAYOUTS[layout], size, detector_name, overrides)
    with Progress(
        description(),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("reading", total=None)

        def show(name: str, done: int, expected: int) -> None:
            bar.update(task, description=name, completed=done, total=expected)

        manifest = fill(job, out, show, by)
    console().print(report_table(manifest))
    clips = [clip for video in manifest.videos for clip in video.clips]
    click.echo(f"{len(clips)} clips, {sum(clip.seconds for clip in clips):.1f} s in all, are in {out}")


def _video_job(source: Path, layout: Layout, size: int, detector_name: str | None, overrides: Mapping[str, Any]) -> Job:
    if detector_name is None:
        raise ConfigError(
            "--detector is missing: what should find the keypoints, such as mediapipe or sidecar? "
            "motionkit prepare --detectors lists them"
        )
    plugin = registry.find("detector", detector_name)
    detector_class = plugin.load()
    settings = VideoSettings(
        detector=plugin.name,
        distribution=f"{plugin.distribution} {plugin.version}",
        size=size,
        layout=layout,
        gate=_built(GateConfig, "gate", overrides, preset=layout.name),
        crop=_built(CropConfig, "crop", overrides),
        smooth=_built(SmoothConfig, "smooth", overrides, preset="noisy" if detector_class.noisy else None),
    )
    detector = detector_class(_built(detector_class.Config, "detector", overrides))
    return video_job(source, detector, settings, _built(LayoutConfig, "layout", overrides))


def _mocap_job(source: Path, size: int, detector_name: str | None, overrides: Mapping[str, Any]) -> Job:
    if detector_name is not None:
        raise ConfigError("motion capture holds the joints themselves: --layout mocap takes no --detector")
    settings = MocapSettings(
        size=size,
        gate=_built(GateConfig, "gate", overrides, preset=MOCAP.name),
        camera=_built(CameraConfig, "camera", overrides),
    )
    return capture_job(source, settings, _built(LayoutConfig, "layout", overrides))


def _built(cls: type[Config], section: str, overrides: Mapping[str, Any], preset: str | None = None) -> Config:
    return build_config(cls, preset=preset, overrides=overrides.get(section), where=section)


class _Rate(ProgressColumn):
    """Frames a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f} frames/s" if task.speed else "")
