"""The report of a preparation: what became of each video's frames."""

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from motionkit.io.manifest import Manifest
from motionkit.preparation.gate import REASONS


def report_table(manifest: Manifest) -> Table:
    """One row a video and one for all: frames read, kept, filled by interpolation, dropped by reason; clips made.

    Where keypoints were smoothed, it has their mean acceleration before and after. Reasons that no frame was dropped
    for have no column, so that the table fits a terminal.
    """
    table = Table(title="What became of each video's frames", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_footer=True)
    videos = manifest.videos
    columns: dict[str, list[Any]] = {
        "frames": [video.frames for video in videos],
        "kept": [video.kept for video in videos],
        "filled": [video.filled for video in videos],
    }
    dropped = {reason: [video.dropped.get(reason, 0) for video in videos] for reason in REASONS}
    columns |= {reason: counts for reason, counts in dropped.items() if any(counts)}
    columns["clips"] = [len(video.clips) for video in videos]
    table.add_column("video", footer=f"{len(videos)} videos", no_wrap=True)
    for name, counts in columns.items():
        table.add_column(name.replace(" ", "\n"), footer=str(sum(counts)), justify="right", overflow="fold")
    if any(video.acceleration for video in videos):
        for when, title in enumerate(("before", "after")):
            table.add_column(f"accel.\n{title}", justify="right", overflow="fold")
            columns[title] = [f"{video.acceleration[when]:.1f}" if video.acceleration else "" for video in videos]
    said = {"note": [video.note for video in videos], "problem": [video.problem for video in videos]}
    said = {name: cells for name, cells in said.items() if any(cells)}
    for name in said:
        table.add_column(name, overflow="fold")
    for row, video in enumerate(videos):
        cells = [str(counts[row] or "·") for counts in columns.values()]
        table.add_row(video.source, *cells, *(sentences[row] for sentences in said.values()))
    return table
