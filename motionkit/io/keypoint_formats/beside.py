"""Where a video's file of keypoints lies, and what it is called."""

import glob
from collections.abc import Iterator
from pathlib import Path

from motionkit.interfaces import DataError
from motionkit.io.container import VIDEO_ENDINGS
from motionkit.io.image_folder import ENDINGS as IMAGE_ENDINGS
from motionkit.io.keypoint_formats.reading import FORMATS

MARK = ".keypoints"
"""What the name of a file or a folder of keypoints has after its video's, before any ending."""

ENDINGS = (".json", ".csv", ".h5", "")
"""Those of such files; a folder has none."""


def keypoints_of(source: Path) -> Path:
    """Where the keypoints of a video or an image are read from, whether it is there or not.

    For ``jump.mp4`` that is ``jump.mp4.keypoints.json``, or ``.csv`` or ``.h5``, or a folder ``jump.mp4.keypoints``;
    else the same without ``.mp4``; else the file that a known program names after the video. Where there is none, it
    should be ``jump.keypoints.json``.

    Raises:
        DataError: there are several, or the one could be another video's as well.
    """
    own, short = (_one(_written(source.with_name(f"{name}{MARK}"))) for name in (source.name, source.stem))
    if own is not None:
        return own
    if short is not None:
        for rival in _namesakes(source):
            if not any(_written(rival.with_name(f"{rival.name}{MARK}"))):
                name = f"{source.name}{MARK}{short.suffix if short.suffix != MARK else ''}"
                raise DataError(
                    f"{short}: could be of {source.name} or of {rival.name}; call it {name} if it is of the former"
                )
        return short
    patterns = [pattern.format(stem=glob.escape(source.stem)) for format_ in FORMATS for pattern in format_.beside]
    named = _one(path for pattern in patterns for path in sorted(source.parent.glob(pattern)))
    return named or source.with_name(f"{source.stem}{MARK}.json")


def is_of_keypoints(path: Path) -> bool:
    """Whether a file is one of keypoints by its name, or lies in a folder of them."""
    return f"{MARK}." in path.name or any(parent.name.endswith(MARK) for parent in path.parents)


def _written(path: Path) -> Iterator[Path]:
    """The files, and the folder, of that name with any of the endings."""
    for ending in ENDINGS:
        candidate = path.with_name(f"{path.name}{ending}")
        if candidate.is_file() if ending else candidate.is_dir():
            yield candidate


def _one(paths: Iterator[Path]) -> Path | None:
    found = list(paths)
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise DataError(f"{found[0].parent}: holds {names} of one video; leave the one that is meant")
    return found[0] if found else None


def _namesakes(source: Path) -> Iterator[Path]:
    """Other videos of the same name but for the ending; beside an image, other images too."""
    endings = VIDEO_ENDINGS | (IMAGE_ENDINGS if source.suffix.lower() in IMAGE_ENDINGS else frozenset())
    for ending in sorted(endings):
        for path in (source.with_suffix(ending), source.with_suffix(ending.upper())):
            # Where case does not matter, it is there under both names.
            if path.is_file() and not (source.exists() and path.samefile(source)):
                yield path
