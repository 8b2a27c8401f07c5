"""``motionkit prepare``: videos to a folder of clips with keypoints."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from motionkit import registry
from motionkit.config import build_config, parse_assignments
from motionkit.interfaces import ConfigError
from motionkit.io.manifest import Settings
from motionkit.preparation.crop import CropConfig
from motionkit.preparation.gate import GateConfig
from motionkit.preparation.prepare import prepare as prepare_folder
from motionkit.preparation.report import report_table


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The clip folder to make, or to add to.")
@click.option(
    "--detector", "detector_name", required=True, help="Which detector finds the keypoints: mediapipe, sidecar ..."
)
@click.option(
    "--size", default=64, show_default=True, type=click.IntRange(min=8), help="Height and width of the clips."
)
@click.option(
    "-o",
    "assignments",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting, such as gate.min_confidence=0.5 or crop.follow=true.",
)
def prepare(source: Path, out: Path, detector_name: str, size: int, assignments: tuple[str, ...]) -> None:
    """Turn SOURCE, a video or a folder of videos, into a folder of clips with keypoints.

    Frames whose pose is missing, unsure or impossible are left out: short gaps are filled, at long ones the clip is
    split, and a table says what became of each video. Interrupted, the same command goes on where it stopped.
    """
    overrides = parse_assignments(assignments)
    unknown = set(overrides) - {"gate", "crop", "detector"}
    if unknown:
        known = "gate.KEY=VALUE, crop.KEY=VALUE and detector.KEY=VALUE"
        raise ConfigError(f"{sorted(unknown)[0]} has no settings here; there are {known}")
    plugin = registry.find("detector", detector_name)
    detector_class = plugin.load()
    detector_config = build_config(detector_class.Config, overrides=overrides.get("detector"), where="detector")
    gate_config = build_config(GateConfig, overrides=overrides.get("gate"), where="gate")
    crop_config = build_config(CropConfig, overrides=overrides.get("crop"), where="crop")
    settings = Settings(
        size=size,
        detector=plugin.name,
        distribution=f"{plugin.distribution} {plugin.version}",
        detector_config=detector_config.model_dump(mode="json"),
        gate=gate_config.model_dump(mode="json"),
        crop=crop_config.model_dump(mode="json") if crop_config.follow else {},
    )
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
        manifest = prepare_folder(
            source,
            out,
            detector_class(detector_config),
            settings,
            lambda name, done, expected: bar.update(task, description=name, completed=done, total=expected),
        )
    Console().print(report_table(manifest))
    clips = [clip for video in manifest.videos for clip in video.clips]
    click.echo(f"{len(clips)} clips, {sum(clip.seconds for clip in clips):.1f} s in all, are in {out}")


class _Rate(ProgressColumn):
    """Frames a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f} frames/s" if task.speed else "")
