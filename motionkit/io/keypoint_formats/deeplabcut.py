"""DeepLabCut's CSV: a row for each frame below header rows ``scorer``, ``individuals`` (of several animals),
``bodyparts`` and ``coords``, where each body part has the columns x, y and likelihood.

Its HDF5 file is pandas', whose names of columns are pickled; it is refused, since unpickling can run code.
"""

import csv
from pathlib import Path

import numpy as np

from motionkit.interfaces import DataError
from motionkit.io.keypoint_formats.figures import Figures, measured
from motionkit.io.keypoint_formats.format import Format, Wanted
from motionkit.io.keypoint_formats.source import KeypointSource, frame_numbers, last_number
from motionkit.io.keypoint_formats.table import number, written
from motionkit.io.keypoint_formats.track import Track

SCORER = "motionkit"


def recognise(source: KeypointSource) -> bool:
    """Whether it begins with a row of scorers, or is the HDF5 file."""
    return (bool(source.rows) and source.rows[0][:1] == ["scorer"]) or "df_with_missing" in source.tables


def read(source: KeypointSource, wanted: Wanted) -> Figures:
    """The figures of all rows."""
    path = source.path
    if not source.rows:
        raise DataError(
            f"{path}: is DeepLabCut's HDF5 file, which keeps its names pickled; give the CSV instead "
            "(deeplabcut.analyze_videos_converth5_to_csv writes it)"
        )
    heads = {row[0]: row for row in source.rows[:4] if row}
    if "bodyparts" not in heads or "coords" not in heads:
        raise DataError(f"{path}: below the row scorer there should be rows bodyparts and coords")
    rows = [row for row in source.rows[len([name for name in heads if name in HEADS]) :] if any(row)]
    before = next((index for index, cell in enumerate(heads["scorer"]) if index and cell), 1)
    columns = len(heads["coords"])
    who = heads.get("individuals", [""] * columns)
    if any(len(row) != columns for row in (who, heads["bodyparts"], *rows)):
        raise DataError(f"{path}: its rows have unequal numbers of columns")
    places: dict[str, dict[str, dict[str, int]]] = {}
    for index in range(before, columns):
        parts = places.setdefault(who[index], {})
        parts.setdefault(heads["bodyparts"][index], {})[heads["coords"][index]] = index
    names = tuple(dict.fromkeys(name for parts in places.values() for name in parts))
    frames = [_frame("/".join(row[:before]), path) for row in rows]
    points, moments, tracks = [], [], []
    for animal, parts in places.items():
        for frame, row in zip(frames, rows, strict=True):
            points.append([_point(row, parts.get(name, {}), path) for name in names])
            moments.append(frame)
            tracks.append(animal)
    points_NK3 = np.array(points).reshape(-1, len(names), 3)
    return Figures(measured(points_NK3, path, most=1.01), frame_numbers(moments), joints=names, tracks=tuple(tracks))


HEADS = ("scorer", "individuals", "bodyparts", "coords")


def _point(row: list[str], columns: dict[str, int], path: Path) -> tuple[float, float, float]:
    """x, y and likelihood; labels that people set have none, and are sure."""
    if not {"x", "y"} <= columns.keys():
        return (np.nan, np.nan, 0.0)
    x, y = number(row[columns["x"]], path), number(row[columns["y"]], path)
    likelihood = number(row[columns["likelihood"]], path) if "likelihood" in columns else np.nan
    return (x, y, 1.0 if np.isnan(likelihood) else likelihood)


def _frame(label: str, path: Path) -> int:
    """A row's frame: its number, or the one in the name of its image."""
    found = last_number(label) if "." in label else int(label) if label.isdecimal() else None
    if found is None:
        raise DataError(f"{path}: a row begins with '{label}', which is no frame's number and no numbered image")
    return found


def write(path: Path, track: Track) -> None:
    """Write a track; the cells of a keypoint without a place are empty, and its likelihood is 0."""
    joints = [joint for joint in track.skeleton.joints for _ in range(3)]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["scorer", *[SCORER] * len(joints)])
        rows.writerow(["bodyparts", *joints])
        rows.writerow(["coords", *("x", "y", "likelihood") * track.skeleton.size])
        for index, points_K3 in enumerate(track.points_TK3):
            rows.writerow([index, *(written(value) for value in points_K3.ravel())])


DEEPLABCUT = Format("DeepLabCut", recognise, read, beside=("{stem}DLC_*.csv", "{stem}DLC_*.h5"))
