"""One recording that is to become clips: what a maker of clips is given, and the records that it gives back."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from motionkit.interfaces import Skeleton
from motionkit.io.clips import ClipInfo, write_clip
from motionkit.io.files import inside
from motionkit.io.manifest import ClipRecord, VideoRecord
from motionkit.io.text import printable, spelled
from motionkit.preparation.gate import Piece, Reason
from motionkit.preparation.recording import Recording

CLIPS = "clips"
"""The folder of a clip folder that the clips are in."""

LONGEST_NAME = 255
"""Bytes of a file name that every usual file system takes."""


@dataclass(frozen=True)
class Task:
    """A recording, the digest of its contents, and the clip folder that its clips go to."""

    folder: Path
    recording: Recording
    sha256: str

    def write(
        self,
        number: str,
        skeleton: Skeleton,
        frames: Iterable[np.ndarray],
        keypoints_TK2: np.ndarray,
        confidence_TK: np.ndarray,
        times_T: np.ndarray,
    ) -> ClipRecord:
        """Write one clip of the recording.

        Args:
            number: tells the recording's clips apart.
            skeleton: the keypoints'.
            frames: uint8 RGB, of which each is asked for when the one before is written.
            keypoints_TK2: in [-1, 1] across the frames.
            confidence_TK: in [0, 1].
            times_T: seconds of the recording, ascending.
        """
        path = clips_of(self.folder, self.recording.name) / f"{number}.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        info = ClipInfo(skeleton.name, self.recording.label, self.recording.name, float(times_T[0]))
        write_clip(path, info, frames, keypoints_TK2, confidence_TK, times_T)
        return ClipRecord(
            file=spelled(path.relative_to(self.folder)),
            label=self.recording.label,
            seconds=float(times_T[-1] - times_T[0]),
            frames=len(times_T),
        )

    def done(
        self,
        frames: int,
        pieces: Sequence[Piece],
        dropped: Mapping[Reason, int],
        clips: Sequence[ClipRecord],
        acceleration: tuple[float, float] | None = None,
        problem: str = "",
        note: str = "",
    ) -> VideoRecord:
        """The record of a recording of so many frames; see :class:`VideoRecord`."""
        filled = sum(int(piece.filled_T.sum()) for piece in pieces)
        return VideoRecord(
            source=self.recording.name,
            sha256=self.sha256,
            label=self.recording.label,
            subject=self.recording.subject,
            frames=frames,
            kept=sum(len(piece.indices_T) for piece in pieces) - filled,
            filled=filled,
            dropped={reason: count for reason, count in dropped.items() if count},
            clips=tuple(clips),
            acceleration=acceleration,
            problem=printable(" ".join(problem.split())),
            note=printable(note),
        )

    def failed(self, problem: str) -> VideoRecord:
        """The record of a recording that no frame could be read of."""
        return self.done(0, (), {}, (), problem=problem)


def clips_of(folder: Path, source: str) -> Path:
    """Where a clip folder keeps the clips of the recording of that name.

    A name that is longer than file systems take, since its bytes are escaped, ends in its digest.

    Raises:
        DataError: a link there leads out of the clip folder.
    """
    return inside(folder, "/".join([CLIPS, *map(_short, PurePosixPath(source).parts)]))


def _short(name: str) -> str:
    content = name.encode()
    if len(content) <= LONGEST_NAME:
        return name
    return f"{content[: LONGEST_NAME - 17].decode(errors='ignore')}-{hashlib.sha256(content).hexdigest()[:16]}"
