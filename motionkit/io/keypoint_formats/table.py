"""A plain CSV table, for spreadsheets, pandas and R: a row for each frame, three columns for each keypoint.

frame,time,nose_x,nose_y,nose_confidence,left_eye_x, ...
"""

import csv
from pathlib import Path

import numpy as np

from motionkit.io.keypoint_formats.track import Track

PARTS = ("x", "y", "confidence")


def write(path: Path, track: Track) -> None:
    """Write a track; the cells of a keypoint without a place are empty."""
    names = [joint.replace(" ", "_") for joint in track.skeleton.joints]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["frame", "time", *(f"{name}_{part}" for name in names for part in PARTS)])
        for index, (time, points_K3) in enumerate(zip(track.times_T, track.points_TK3, strict=True)):
            rows.writerow([index, f"{time:.6f}", *(written(number) for number in points_K3.ravel())])


def written(number: float) -> str:
    """A number as a cell; empty for one that is none."""
    return f"{number:.4f}" if np.isfinite(number) else ""
