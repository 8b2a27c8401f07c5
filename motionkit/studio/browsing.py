"""A clip folder as the page shows it: its videos, why frames were left out, and each clip with its keypoints."""

from pathlib import Path
from typing import Any

import numpy as np

from motionkit.interfaces import DataError
from motionkit.io.clips import ClipFile
from motionkit.io.exclusions import exclude, read_exclusions
from motionkit.io.files import inside
from motionkit.io.manifest import ClipRecord, Manifest, read_manifest
from motionkit.studio.memory import Kept
from motionkit.studio.rendering import Piece, drawn_as, png
from motionkit.studio.shelf import Item

FRAMES = 32 << 20
"""Bytes of PNG files of clips that are kept."""
PIECE = 16
"""Frames that are read at once."""
REASON = 200
"""Characters of a reason that is written down."""


class Browsing:
    """Reads clip folders; writes nothing but which clips are left out."""

    def __init__(self) -> None:
        self._pieces: Kept[Piece] = Kept(FRAMES, lambda piece: piece.weight)

    def contents(self, item: Item) -> dict[str, Any]:
        """Everything but the clips' frames.

        Raises:
            DataError: the folder is gone, or damaged.
        """
        manifest = read_manifest(item.path)
        left_out = {(it.file, it.sha256): it.reason for it in read_exclusions(item.path)}
        videos, number = [], 0
        for video in manifest.videos:
            clips = []
            for clip in video.clips:
                key = (clip.file, video.sha256)
                clips.append(
                    {
                        "number": number,
                        "label": clip.label,
                        "seconds": round(clip.seconds, 3),
                        "frames": clip.frames,
                        "excluded": key in left_out,
                        "reason": left_out.get(key, ""),
                    }
                )
                number += 1
            told = video.model_dump(include={"source", "label", "subject", "frames", "kept", "filled", "dropped"})
            videos.append(told | {"note": video.note, "problem": video.problem, "clips": clips})
        settings = manifest.settings
        return {
            "name": item.name,
            "skeleton": drawn_as(manifest.skeleton),
            "detector": settings.detector,
            "size": settings.size,
            "gate": settings.gate,
            "videos": videos,
        }

    def clip(self, item: Item, number: int) -> dict[str, Any]:
        """When a clip's frames are, and how sure their keypoints: the mean and the least sure joint's.

        Raises:
            DataError: there is no such clip, or it is damaged.
        """
        manifest, record = _record(item.path, number)
        file = ClipFile(inside(item.path, record.file))
        _, confidence_TK = file.poses(np.arange(len(file.times_T)))
        return {
            "times": file.times_T.round(6).tolist(),
            "confidence": confidence_TK.mean(1).round(4).tolist(),
            "least": confidence_TK.min(1).round(4).tolist(),
            "weakest": [manifest.skeleton.joints[joint] for joint in confidence_TK.argmin(1)],
            "size": list(file.size),
        }

    def piece(self, item: Item, number: int, frame: int) -> Piece:
        """The frames of a clip around one, with their keypoints; raises DataError likewise."""
        _, record = _record(item.path, number)
        path = inside(item.path, record.file)
        try:
            modified = path.stat().st_mtime_ns
        except OSError:
            modified = 0  # which the next line says in words
        file = ClipFile(path)
        first = max(0, min(frame, len(file.times_T) - 1)) // PIECE * PIECE
        key = (path, modified, first)
        if (kept := self._pieces.get(key)) is not None:
            return kept
        indices = np.arange(first, min(first + PIECE, len(file.times_T)))
        keypoints_TK2, _ = file.poses(indices)
        pictures = [png(frame_HWC) for frame_HWC in file.frames(indices)]
        return self._pieces.put(key, Piece(first, pictures, keypoints_TK2))

    def exclude(self, item: Item, number: int, excluded: bool, reason: str) -> None:
        """Leave a clip out of what ``train`` learns from, or take it in again.

        Raises:
            DataError: there is no such clip.
            BusyError: another process writes to the folder.
            OSError: it can't be written.
        """
        manifest, record = _record(item.path, number)
        exclude(item.path, manifest, record.file, excluded, reason[:REASON])


def _record(folder: Path, number: int) -> tuple[Manifest, ClipRecord]:
    manifest = read_manifest(folder)
    records = [clip for video in manifest.videos for clip in video.clips]
    if not 0 <= number < len(records):
        raise DataError(f"{folder}: has no clip {number}, only {len(records)}")
    return manifest, records[number]
