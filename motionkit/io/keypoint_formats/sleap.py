"""SLEAP's analysis files, HDF5 or CSV.

HDF5 holds ``tracks`` of (tracks, 2, nodes, frames) with NaN for what was not seen, ``node_names``, and in newer files
``point_scores`` of (tracks, nodes, frames). Files of sleap-io name their axes in an attribute ``dims``. CSV has a row
for each animal and frame: ``track,frame_idx,instance.score,A.x,A.y,A.score,B.x,...``.
"""

import json
from typing import Any

import numpy as np

from motionkit.interfaces import DataError
from motionkit.io.keypoint_formats.figures import Figures, measured
from motionkit.io.keypoint_formats.format import Format, Wanted
from motionkit.io.keypoint_formats.source import KeypointSource, frame_numbers
from motionkit.io.keypoint_formats.table import number

NEEDED = {"tracks", "node_names"}
AXES = ("track", "xy", "node", "frame")


def recognise(source: KeypointSource) -> bool:
    """Whether it holds tracks of nodes."""
    return set(source.tables) >= NEEDED or bool(source.rows and source.rows[0][:2] == ["track", "frame_idx"])


def read(source: KeypointSource, wanted: Wanted) -> Figures:
    """The figures of all tracks."""
    return _rows(source) if source.rows else _tables(source)


def _tables(source: KeypointSource) -> Figures:
    with source.hdf5() as file:
        joints = tuple(_text(name) for name in file["node_names"][()])
        places_SFK2 = _ordered(file["tracks"], AXES, ("track", "frame", "node", "xy"))
        surety_SFK = np.isfinite(places_SFK2).all(-1).astype(float)
        if "point_scores" in file:
            scores = _ordered(file["point_scores"], ("track", "node", "frame"), ("track", "frame", "node"))
            if scores.shape == surety_SFK.shape:
                surety_SFK = scores
    if places_SFK2.ndim != 4 or places_SFK2.shape[2:] != (len(joints), 2):
        raise DataError(f"{source.path}: its tracks should be (tracks, 2, {len(joints)} nodes, frames)")
    points_SFK3 = measured(np.concatenate([places_SFK2, surety_SFK[..., None]], -1), source.path)
    who, moments = np.indices(points_SFK3.shape[:2]).reshape(2, -1)
    return Figures(points_SFK3[who, moments], moments, joints=joints, tracks=tuple(map(str, who)))


def _ordered(dataset: Any, usual: tuple[str, ...], wanted: tuple[str, ...]) -> np.ndarray:
    """The numbers with their axes in the order that is wanted."""
    axes = tuple(json.loads(_text(dataset.attrs["dims"]))) if "dims" in dataset.attrs else usual
    numbers = np.asarray(dataset[()], float)
    if sorted(axes) != sorted(wanted) or numbers.ndim != len(wanted):
        return np.zeros(0)
    return numbers.transpose([axes.index(axis) for axis in wanted])


def _text(name: Any) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def _rows(source: KeypointSource) -> Figures:
    head, *rows = source.rows
    path = source.path
    joints = tuple(name.removesuffix(".x") for name in head if name.endswith(".x"))
    columns = [[f"{joint}.{it}" for it in ("x", "y", "score")] for joint in joints]
    if not joints or any(name not in head for names in columns for name in names):
        raise DataError(
            f"{path}: each node should have columns such as {joints[0] if joints else 'nose'}.x, .y, .score"
        )
    if any(len(row) != len(head) for row in rows):
        raise DataError(f"{path}: its rows have unequal numbers of columns")
    places = [[head.index(name) for name in names] for names in columns]
    points_NK3 = np.array([[[number(row[at], path) for at in three] for three in places] for row in rows])
    frames = [row[1] for row in rows]
    if not all(frame.isdecimal() for frame in frames):
        raise DataError(f"{path}: frame_idx should be the number of a frame")
    names = [row[0] for row in rows]
    return Figures(
        measured(points_NK3.reshape(-1, len(joints), 3), path),
        frame_numbers([int(frame) for frame in frames]),
        joints=joints,
        tracks=tuple(names) if all(names) else None,
    )


SLEAP = Format("SLEAP analysis", recognise, read, beside=("{stem}.analysis.h5", "*.[0-9][0-9][0-9]_{stem}.analysis.h5"))
