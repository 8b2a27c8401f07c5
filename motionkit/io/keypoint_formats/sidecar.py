"""motionkit's own JSON: the skeleton's name, and for each moment the keypoints of one figure.

``{"skeleton": "coco-17", "frames": [{"time": 0.04, "keypoints": [[31.5, 12.0, 0.98], ...]}, ...]}``.

Times are seconds since the video's first frame. A frame without an entry, or whose keypoints are null, has no figure.
"""

import itertools
import json
from pathlib import Path

import numpy as np
import pydantic

from motionkit.interfaces import DataError, Skeleton
from motionkit.io.keypoint_formats.entry import Entry
from motionkit.io.keypoint_formats.figures import Figures, measured
from motionkit.io.keypoint_formats.format import Format, Wanted
from motionkit.io.keypoint_formats.source import KeypointSource, validated
from motionkit.io.keypoint_formats.track import Track

ROUNDING = 1e-3
"""How far above 1 a confidence may be for being rounded, in the half precision that some detectors compute in."""

SAME_TIME = 1e-6
"""Seconds; times that differ by less are one."""


class _Sidecar(pydantic.BaseModel):
    skeleton: str
    frames: list[Entry]


def recognise(source: KeypointSource) -> bool:
    """Whether it speaks of a skeleton or of frames."""
    return isinstance(source.document, dict) and bool({"skeleton", "frames"} & source.document.keys())


def read(source: KeypointSource, wanted: Wanted) -> Figures:
    """The figure of each entry, in the skeleton's order.

    Raises:
        DataError: the file is not as above, is of another skeleton, or two of its entries have one time.
    """
    path, skeleton = source.path, wanted.skeleton
    sidecar = validated(_Sidecar, source.document, path)
    if sidecar.skeleton != skeleton.name:
        raise DataError(f"{path}: its skeleton is '{sidecar.skeleton}'; it should be '{skeleton.name}'")
    poses = [_checked(entry, skeleton, f"{path}: at {entry.time:g} s") for entry in sidecar.frames]
    for time, following in itertools.pairwise(sorted(entry.time for entry in sidecar.frames)):
        if following - time < SAME_TIME:
            raise DataError(
                f"{path}: two entries have the time {time:g} s; a video of several people needs one chosen, "
                "and each moment one entry"
            )
    times = np.array([entry.time for entry in sidecar.frames], float)
    points_NK3 = np.array(poses).reshape(-1, skeleton.size, 3)
    return Figures(measured(points_NK3, path), times, in_seconds=True, joints=skeleton.joints)


def _checked(entry: Entry, skeleton: Skeleton, where: str) -> np.ndarray:
    points_K3 = entry.keypoints
    if points_K3 is None:
        return np.full((skeleton.size, 3), np.nan)
    if len(points_K3) != skeleton.size:
        raise DataError(f"{where} there are {len(points_K3)} keypoints; {skeleton.name} has {skeleton.size}")
    placed_K = np.isfinite(points_K3).all(-1)
    highest = points_K3[placed_K, 2].max(initial=0)
    if highest > 1 + ROUNDING:
        raise DataError(
            f"{where} a confidence is {highest:g}, but 1 is the highest; cut scores that may pass it off at 1, and "
            "write COCO's visibility flags 0, 1 and 2 as 0, 0.5 and 1"
        )
    return points_K3


def write(path: Path, track: Track) -> None:
    """Write a track; a keypoint without a place is null."""
    frames = [
        {"time": round(float(time), 6), "keypoints": [_written(point_3) for point_3 in points_K3]}
        for time, points_K3 in zip(track.times_T, track.points_TK3, strict=True)
    ]
    path.write_text(json.dumps({"skeleton": track.skeleton.name, "frames": frames}) + "\n", encoding="utf-8")


def _written(point_3: np.ndarray) -> list[float] | None:
    return [round(float(value), 4) for value in point_3] if np.isfinite(point_3).all() else None


SIDECAR = Format("motionkit's sidecar", recognise, read)
