"""The report of a preparation: what became of each video's frames."""

from rich.table import Table

from motionkit.io.manifest import Manifest
from motionkit.preparation.gate import REASONS


def report_table(manifest: Manifest) -> Table:
    """One row a video and one for all: frames read, kept, filled by interpolation, dropped by reason; clips made."""
    table = Table(title="What became of each video's frames", title_justify="left", show_footer=True)
    videos = manifest.videos
    columns: dict[str, list[int]] = {
        "frames": [video.frames for video in videos],
        "kept": [video.kept for video in videos],
        "filled": [video.filled for video in videos],
    }
    columns |= {reason: [video.dropped.get(reason, 0) for video in videos] for reason in REASONS}
    columns["clips"] = [len(video.clips) for video in videos]
    table.add_column("video", footer=f"{len(videos)} videos", overflow="fold")
    for name, counts in columns.items():
        table.add_column(name, footer=str(sum(counts)), justify="right")
    table.add_column("problem", footer="", overflow="fold")
    for row, video in enumerate(videos):
        table.add_row(video.source, *(str(counts[row] or "·") for counts in columns.values()), video.problem)
    return table
