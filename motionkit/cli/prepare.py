"""``motionkit prepare``: recordings to a folder of clips with keypoints."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from motionkit import __version__, registry
from motionkit.config import build_config, parse_assignments
from motionkit.interfaces import ConfigError
from motionkit.io.manifest import Manifest, Settings
from motionkit.preparation.camera import CameraConfig
from motionkit.preparation.crop import CropConfig
from motionkit.preparation.gate import GateConfig
from motionkit.preparation.humanoid import SYNTHESISED
from motionkit.preparation.layouts import LAYOUTS, MOCAP, LayoutConfig
from motionkit.preparation.mocap import prepare_mocap
from motionkit.preparation.prepare import prepare as prepare_videos
from motionkit.preparation.report import report_table
from motionkit.preparation.smoothing import SmoothConfig
from motionkit.preparation.workers import Workers


@click.command()
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
    """
    if scheduler and workers > 1:
        raise ConfigError("--scheduler brings the workers of its cluster; leave out --workers")
    overrides = parse_assignments(assignments)
    sections = ("gate", "layout", *(("camera",) if layout == MOCAP.name else ("crop", "smooth", "detector")))
    unknown = set(overrides) - set(sections)
    if unknown:
        told = " and ".join(f"{section}.KEY=VALUE" for section in sections)
        raise ConfigError(f"{sorted(unknown)[0]} has no settings here; there are {told}")
    gate = build_config(GateConfig, preset=layout, overrides=overrides.get("gate"), where="gate")
    chosen = build_config(LayoutConfig, overrides=overrides.get("layout"), where="layout")
    common = {"size": size, "gate": gate.model_dump(mode="json"), "layout": layout}
    make_folder = _from_mocap if layout == MOCAP.name else _from_videos
    work = make_folder(source, out, detector_name, overrides, common)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("reading", total=None)
        manifest = work(
            progress=lambda name, done, expected: bar.update(task, description=name, completed=done, total=expected),
            layout=chosen,
            workers=Workers(workers, scheduler),
        )
    Console().print(report_table(manifest))
    clips = [clip for video in manifest.videos for clip in video.clips]
    click.echo(f"{len(clips)} clips, {sum(clip.seconds for clip in clips):.1f} s in all, are in {out}")


def _from_videos(
    source: Path, out: Path, detector_name: str | None, overrides: Mapping[str, Any], common: dict[str, Any]
) -> Callable[..., Manifest]:
    if detector_name is None:
        raise ConfigError("--detector is missing: what should find the keypoints, such as mediapipe or sidecar?")
    plugin = registry.find("detector", detector_name)
    detector_class = plugin.load()
    config = build_config(detector_class.Config, overrides=overrides.get("detector"), where="detector")
    crop = build_config(CropConfig, overrides=overrides.get("crop"), where="crop")
    preset = "noisy" if detector_class.noisy else None
    smoothing = build_config(SmoothConfig, preset=preset, overrides=overrides.get("smooth"), where="smooth")
    settings = Settings(
        detector=plugin.name,
        distribution=f"{plugin.distribution} {plugin.version}",
        detector_config=config.model_dump(mode="json"),
        crop=crop.model_dump(mode="json") if crop.follow else {},
        smooth=smoothing.model_dump(mode="json") if smoothing.method != "none" else {},
        **common,
    )
    return partial(prepare_videos, source, out, detector_class(config), settings)


def _from_mocap(
    source: Path, out: Path, detector_name: str | None, overrides: Mapping[str, Any], common: dict[str, Any]
) -> Callable[..., Manifest]:
    if detector_name is not None:
        raise ConfigError("motion capture holds the joints themselves: --layout mocap takes no --detector")
    camera = build_config(CameraConfig, overrides=overrides.get("camera"), where="camera")
    settings = Settings(
        detector="mocap",
        distribution=f"motionkit {__version__}",
        detector_config=camera.model_dump(mode="json"),
        synthesised=SYNTHESISED,
        **common,
    )
    return partial(prepare_mocap, source, out, settings)


class _Rate(ProgressColumn):
    """Frames a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f} frames/s" if task.speed else "")
