"""A plain CSV table, for spreadsheets, pandas and R: a row for each frame, three columns for each keypoint.

Its first row is ``frame,time,nose_x,nose_y,nose_confidence,left_eye_x,...``. Times are seconds since the first frame.
"""

import csv
from pathlib import Path

import numpy as np

from motionkit.interfaces import DataError
from motionkit.io.keypoint_formats.figures import Figures, measured
from motionkit.io.keypoint_formats.format import Format, Wanted
from motionkit.io.keypoint_formats.source import KeypointSource
from motionkit.io.keypoint_formats.track import Track

PARTS = ("x", "y", "confidence")


def recognise(source: KeypointSource) -> bool:
    """Whether the first row begins as it should."""
    return bool(source.rows) and source.rows[0][:2] == ["frame", "time"]


def read(source: KeypointSource, wanted: Wanted) -> Figures:
    """One figure of each row."""
    head, *rows = source.rows
    path, names = source.path, head[2:]
    joints = tuple(name.removesuffix("_x") for name in names[::3])
    if names != [f"{joint}_{it}" for joint in joints for it in PARTS]:
        raise DataError(f"{path}: after frame and time each keypoint should have columns such as nose_x, nose_y, "
                        "nose_confidence")  # fmt: skip
    if any(len(row) != len(head) for row in rows):
        raise DataError(f"{path}: its rows have unequal numbers of columns")
    points_NK3 = np.array([[number(cell, path) for cell in row[2:]] for row in rows]).reshape(-1, len(joints), 3)
    times = np.array([number(row[1], path) for row in rows])
    if not np.isfinite(times).all():
        raise DataError(f"{path}: a row has no time")
    return Figures(measured(points_NK3, path, most=1.01), times, in_seconds=True, joints=joints)


def write(path: Path, track: Track) -> None:
    """Write a track; the cells of a keypoint without a place are empty."""
    names = [joint.replace(" ", "_") for joint in track.skeleton.joints]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["frame", "time", *(f"{name}_{part}" for name in names for part in PARTS)])
        for index, (time, points_K3) in enumerate(zip(track.times_T, track.points_TK3, strict=True)):
            rows.writerow([index, f"{time:.6f}", *(written(value) for value in points_K3.ravel())])


def written(value: float) -> str:
    """A number as a cell; empty for one that is none."""
    return f"{value:.4f}" if np.isfinite(value) else ""


def number(cell: str, path: Path) -> float:
    """What a cell holds; NaN for an empty one.

    Raises:
        DataError: it is no number.
    """
    try:
        return float(cell) if cell.strip() else np.nan
    except ValueError as error:
        raise DataError(f"{path}: '{cell}' should be a number") from error


TABLE = Format("a table of motionkit", recognise, read)
