"""``excluded.json``: clips of a clip folder that nobody should learn from, though their files are there."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pydantic

from motionkit.interfaces import DataError
from motionkit.io.atomic import replacing
from motionkit.io.documents import read_document
from motionkit.io.hold import held
from motionkit.io.manifest import Manifest, VideoRecord

NAME = "excluded.json"


class Exclusion(pydantic.BaseModel, frozen=True, extra="forbid"):
    """One clip that is left out.

    Attributes:
        file: as ``dataset.json`` has it.
        sha256: of the video that it was cut from; of another video that takes its place, the clip is not left out.
        reason: for people, or "".
    """

    file: str
    sha256: str
    reason: str = ""


class _Exclusions(pydantic.BaseModel, frozen=True, extra="forbid"):
    version: Literal[1] = 1
    clips: tuple[Exclusion, ...] = ()


def read_exclusions(folder: Path) -> tuple[Exclusion, ...]:
    """The clips of a folder that are left out; none where it has no ``excluded.json``.

    Raises:
        DataError: the file is not what it should be.
    """
    path = folder / NAME
    if not path.is_file():
        return ()
    return read_document(_Exclusions, path).clips


def exclude(folder: Path, manifest: Manifest, file: str, excluded: bool = True, reason: str = "") -> None:
    """Leave a clip of a folder out, or take it in again; its own file stays as it is.

    Args:
        folder: the clip folder.
        manifest: its ``dataset.json``.
        file: the clip's, as the manifest has it.
        excluded: False to take it in again.
        reason: why, for people.

    Raises:
        DataError: the folder has no such clip, or its ``excluded.json`` is damaged.
        BusyError: another process is writing to the folder.
        OSError: the folder cannot be written.
    """
    video = next((video for video in manifest.videos if any(clip.file == file for clip in video.clips)), None)
    if video is None:
        raise DataError(f"{folder}: has no clip {file}")
    with held(folder):
        others = [it for it in read_exclusions(folder) if it.file != file]
        mine = [Exclusion(file=file, sha256=video.sha256, reason=reason)] if excluded else []
        known = _Exclusions(clips=tuple(sorted([*others, *mine], key=lambda it: it.file)))
        with replacing(folder / NAME) as temporary:
            temporary.write_text(known.model_dump_json(indent=1) + "\n", encoding="utf-8")


def without(videos: Sequence[VideoRecord], exclusions: Sequence[Exclusion]) -> list[VideoRecord]:
    """The videos without those of their clips that are left out, and without those that have no other."""
    left_out = {(it.file, it.sha256) for it in exclusions}
    kept = [
        video.model_copy(
            update={"clips": tuple(clip for clip in video.clips if (clip.file, video.sha256) not in left_out)}
        )
        for video in videos
    ]
    return [video for video in kept if video.clips]
