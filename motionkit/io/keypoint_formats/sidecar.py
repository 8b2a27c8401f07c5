"""motionkit's own JSON: the skeleton's name, and for each moment the keypoints of one figure.

{"skeleton": "coco-17",
 "frames": [{"time": 0.04, "keypoints": [[31.5, 12.0, 0.98], ... one for each keypoint]}, ...]}
"""

import json
from pathlib import Path

import numpy as np

from motionkit.io.keypoint_formats.track import Track


def write(path: Path, track: Track) -> None:
    """Write a track; a keypoint without a place is null."""
    frames = [
        {"time": round(float(time), 6), "keypoints": [_written(point_3) for point_3 in points_K3]}
        for time, points_K3 in zip(track.times_T, track.points_TK3, strict=True)
    ]
    path.write_text(json.dumps({"skeleton": track.skeleton.name, "frames": frames}) + "\n", encoding="utf-8")


def _written(point_3: np.ndarray) -> list[float] | None:
    return [round(float(number), 4) for number in point_3] if np.isfinite(point_3).all() else None
