"""Which videos there are, what they show, and how they are known again."""

import hashlib
import re
from contextlib import suppress
from pathlib import Path

from motionkit.interfaces import DataError

ENDINGS = frozenset((".avi", ".gif", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".ogv", ".ts", ".webm", ".wmv"))
"""What counts as a video in a folder; a single file may be called anything."""


def find_videos(source: Path) -> tuple[Path, list[Path]]:
    """The folder that names are relative to, and the videos in it, sorted.

    Raises:
        DataError: ``source`` is missing, or a folder without videos.
    """
    if source.is_file():
        return source.parent, [source]
    if not source.is_dir():
        raise DataError(f"{source}: there is no such video or folder")
    videos = sorted(path for path in source.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
    if not videos:
        raise DataError(f"{source}: holds no videos; looked for {' '.join(sorted(ENDINGS))}")
    return source, videos


def label_of(path: Path, root: Path, videos: list[Path]) -> str:
    """What is done in a video, as the names of the files tell it.

    The name of its folder where videos are sorted into folders; else, where every video is called ``person_action``,
    its action; else "".
    """
    folder = path.relative_to(root).parent.name
    if folder:
        return folder
    names = [re.fullmatch(r"[^_]+_([A-Za-z][A-Za-z0-9-]*)", video.stem) for video in videos if video.parent == root]
    return path.stem.partition("_")[2] if all(names) else ""


def sha256(path: Path) -> str:
    """The digest of a file's contents, by which it is known again whatever its date."""
    digest = hashlib.sha256()
    with suppress(OSError), path.open("rb") as file:  # a file that cannot be read shows itself when it is decoded
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
