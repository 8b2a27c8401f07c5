"""``dataset.json``: what a clip folder holds, where it came from, and how much of each video was kept."""

from pathlib import Path
from typing import Any, Literal

import pydantic

from motionkit.interfaces import DataError, Skeleton
from motionkit.io.atomic import replacing
from motionkit.io.documents import read_document

NAME = "dataset.json"


class _Record(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="forbid")


class Settings(_Record):
    """What decides how a video becomes clips. A folder has one, so that its clips belong together.

    ``gate``, ``crop``, ``smooth`` and ``detector_config`` are the settings of those as they were; ``distribution`` is
    what the detector was installed as. ``layout`` names how the videos lay in their folder. ``crop`` is empty where
    clips show the square in the middle, ``smooth`` where keypoints are as they were found. ``synthesised`` are the
    joints that nobody measured: they were placed by the proportions of a body.
    """

    size: int = pydantic.Field(ge=1)
    detector: str
    distribution: str
    detector_config: dict[str, Any]
    gate: dict[str, Any]
    layout: str = "any"
    crop: dict[str, Any] = {}
    smooth: dict[str, Any] = {}
    synthesised: tuple[str, ...] = ()


class ClipRecord(_Record):
    """One clip: its file, relative to the folder, its label, its length and its number of frames."""

    file: str
    label: str
    seconds: float = pydantic.Field(ge=0)
    frames: int = pydantic.Field(ge=1)


class VideoRecord(_Record):
    """One video and what became of its frames: ``frames`` is the sum of ``kept``, ``filled`` and all ``dropped``.

    ``source`` is its path relative to where the videos lay, ``folder`` where that was, or "" where nobody noted it, and
    ``sha256`` its contents' (by which it is known again). ``problem`` is what was wrong with the file, or "", and
    ``note`` what was made of it that people should know. ``label`` is what is done in it and ``subject`` who does it,
    or "". ``acceleration`` is the mean length of the keypoints' second derivative in its clips, in units of [-1, 1] a
    second squared, before they were smoothed and after; None where they were not.
    """

    source: str
    folder: str = ""
    sha256: str
    label: str = ""
    subject: str = ""
    frames: int = 0
    kept: int = 0
    filled: int = 0
    dropped: dict[str, int] = {}
    clips: tuple[ClipRecord, ...] = ()
    acceleration: tuple[float, float] | None = None
    problem: str = ""
    note: str = ""


class Manifest(_Record):
    """The contents of ``dataset.json``; ``version`` is that of this layout."""

    version: Literal[1] = 1
    skeleton: Skeleton
    settings: Settings
    videos: tuple[VideoRecord, ...] = ()

    @pydantic.field_validator("skeleton")
    @classmethod
    def _fits_together(cls, skeleton: Skeleton) -> Skeleton:
        joints = range(skeleton.size)
        if sorted(skeleton.mirror) != list(joints) or not all(a in joints and b in joints for a, b in skeleton.bones):
            raise ValueError(f"bones and mirror must name joints 0 to {skeleton.size - 1}, mirror each of them once")
        return skeleton


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write ``dataset.json``, whole or not at all.

    Raises:
        OSError: the folder is missing, read-only or full.
    """
    with replacing(folder / NAME) as temporary:
        temporary.write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read a clip folder's ``dataset.json``.

    Raises:
        DataError: the folder or the file is missing, or the file is not what it should be.
    """
    path = folder / NAME
    if not path.is_file():
        missing = f"it has no {NAME}" if folder.is_dir() else "there is no such folder"
        raise DataError(f"{folder}: not a clip folder, {missing}; make one with: motionkit prepare VIDEOS --out FOLDER")
    return read_document(Manifest, path)
