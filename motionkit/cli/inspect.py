"""``motionkit inspect``: what a dataset is like, as pictures and a page."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.progress import track

from motionkit.assembly import dataset_ref
from motionkit.cli.console import console
from motionkit.cli.outputs import open_output, write_picture
from motionkit.config import parse_assignments
from motionkit.evaluation.inspection import ClipStatistics, chosen, clips_picture, statistics, statistics_picture
from motionkit.interfaces import ConfigError
from motionkit.io.exclusions import NAME as EXCLUDED
from motionkit.io.exclusions import Exclusion, read_exclusions
from motionkit.io.manifest import NAME, Manifest, VideoRecord, read_manifest
from motionkit.io.tables import Table, escaped

STYLE = (
    "body { font: 14px sans-serif; margin: 2em } img { max-width: 100% } "
    "td, th { padding: 2px 10px; text-align: right } td:first-child { text-align: left }"
)


@click.command()
@click.argument("dataset")
@click.option("-n", "--number", type=click.IntRange(min=1), default=256, show_default=True, help="Clips to measure.")
@click.option("--show", type=click.IntRange(min=1), default=12, show_default=True, help="Clips to draw.")
@click.option("--split", type=click.Choice(["train", "test"]), default="train", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Output folder; the default is runs/inspect-DATASET.")
@click.option("-o", "--override", multiple=True, metavar="data.KEY=VALUE", help="A setting of the dataset.")
def inspect(dataset: str, number: int, show: int, split: str, out: Path | None, override: tuple[str, ...]) -> None:
    """Show clips of DATASET, a dataset's name or a clip folder, with their keypoints, and what their motion is like.

    Writes clips.png, statistics.png, and a page index.html that holds both beside a table of the clips, and, for a clip
    folder, what was left out when it was prepared, and why.

    Example: motionkit inspect actions --show 6
    """
    settings = parse_assignments(override)
    if foreign := sorted(settings.keys() - {"data"}):
        raise ConfigError(f"{foreign[0]} has no settings here; write data.KEY=VALUE")
    choice = dataset_ref(dataset, "small", settings.get("data", {}))
    data = choice.build(split)
    clips = chosen(data, number)
    rows = [
        statistics(clip, data.skeleton)
        for clip in track(clips, "measuring clips", console=console(stderr=True), transient=True)
    ]
    out = out or Path("runs") / f"inspect-{_plain(dataset)}"
    report = open_output(out)
    write_picture(report, "clips.png", clips_picture(chosen(data, min(show, number)), data.skeleton))
    write_picture(report, "statistics.png", statistics_picture(rows))
    folder = Path(choice.config["path"]) if "path" in choice.config else None
    manifest = read_manifest(folder) if folder is not None and (folder / NAME).is_file() else None
    exclusions = read_exclusions(folder) if folder is not None else ()
    with report.file("index.html") as temporary:
        temporary.write_text(_page(dataset, rows, len(data), manifest, exclusions), encoding="utf-8")
    labels = Counter(row.label or "(no label)" for row in rows)
    click.echo(f"{len(data)} clips of {data.skeleton.name} in the {split} split; {len(rows)} measured")
    if exclusions:
        click.echo(f"left out:      {len(exclusions)} clips, by {EXCLUDED}")
    click.echo("labels:        " + ", ".join(f"{label} {count}" for label, count in sorted(labels.items())))
    for name in ("seconds", "confidence", "speed", "acceleration", "bone_spread"):
        values = [getattr(row, name) for row in rows]
        click.echo(f"{name.replace('_', ' '):15}{min(values):.3g} to {max(values):.3g}, mean {_mean(values):.3g}")
    click.echo(f"page:          {out / 'index.html'}")


def _plain(dataset: str) -> str:
    """A name or a path as a file's name, so that the pages of two folders of one name are two."""
    return "-".join(part for part in re.split(r"[:/\\]", dataset) if part.strip("."))


def _page(
    dataset: str,
    rows: list[ClipStatistics],
    total: int,
    manifest: Manifest | None,
    exclusions: Sequence[Exclusion],
) -> str:
    title = escaped(f"{dataset}: {total} clips, of which {len(rows)} were measured")
    parts = [
        f"<!doctype html><meta charset='utf-8'><title>{title}</title>",
        f"<style>{STYLE}</style>",
        f"<h1>{title}</h1><img src='clips.png' alt='clips with their keypoints'>",
        "<h2>How the clips move</h2><img src='statistics.png' alt='histograms'>",
    ]
    if manifest is not None:
        reasons = sorted({reason for video in manifest.videos for reason in video.dropped})
        table = [
            [video.source, *_counts(video, reasons), len(video.clips), video.note, video.problem]
            for video in manifest.videos
        ]
        parts += ["<h2>What became of each video's frames</h2>"]
        parts += [_table(["video", "frames", "kept", "filled", *reasons, "clips", "note", "problem"], table)]
    if exclusions:
        parts += ["<h2>Clips that are left out</h2>"]
        parts += [_table(["clip", "reason"], [[it.file, it.reason] for it in exclusions])]
    parts += ["<h2>Clips</h2>", _table(list(asdict(rows[0])), [list(asdict(row).values()) for row in rows])]
    return "\n".join(parts) + "\n"


def _counts(video: VideoRecord, reasons: list[str]) -> list[int]:
    return [video.frames, video.kept, video.filled, *(video.dropped.get(reason, 0) for reason in reasons)]


def _table(names: list[str], rows: list[list[object]]) -> str:
    def cell(value: object) -> str:
        return f"{value:.3g}" if isinstance(value, float) else str(value)

    columns = tuple(name.replace("_", " ") for name in names)
    return Table("", columns, [tuple(map(cell, row)) for row in rows]).html()


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
