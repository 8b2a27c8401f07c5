"""OpenPose's ``--write_json``: a folder with a JSON file for each frame, numbered in its name; or one frame's file.

Each holds ``{"people": [{"pose_keypoints_2d": [x, y, c, x, y, c, ...], "face_keypoints_2d": ..., ...}]}``, in pixels,
with (0, 0, 0) for what was not seen. ``person_id`` is [-1] where nobody was tracked. Editors of such poses write a list
of frames, or one, with ``canvas_width`` and ``canvas_height``.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pydantic

from motionkit.interfaces import DataError
from motionkit.io.keypoint_formats.figures import Figures, measured
from motionkit.io.keypoint_formats.format import Format, Part, Wanted
from motionkit.io.keypoint_formats.source import (
    KeypointSource,
    from_zero,
    last_number,
    stacked,
    triples,
    validated,
)

FIELDS: dict[Part, str] = {
    "body": "pose_keypoints_2d",
    "face": "face_keypoints_2d",
    "left_hand": "hand_left_keypoints_2d",
    "right_hand": "hand_right_keypoints_2d",
}


class _Frame(pydantic.BaseModel):
    people: list[dict[str, Any]]
    canvas_width: int | None = None
    canvas_height: int | None = None


def recognise(source: KeypointSource) -> bool:
    """Whether it has people in it."""
    if source.documents:
        return all(_has_people(document) for document in source.documents.values())
    frames = source.document if isinstance(source.document, list) else [source.document]
    return bool(frames) and all(_has_people(frame) for frame in frames)


def read(source: KeypointSource, wanted: Wanted) -> Figures:
    """The figures of all frames."""
    if source.documents:
        numbers = [_number(path) for path in source.documents]
        if len(set(numbers)) < len(numbers):
            raise DataError(f"{source.path}: two of its files have the same number; keep one video's in a folder")
        frames = [validated(_Frame, document, path) for path, document in source.documents.items()]
    else:
        documents = source.document if isinstance(source.document, list) else [source.document]
        frames = [validated(_Frame, document, source.path) for document in documents]
        numbers = list(range(len(frames)))
    found = [
        (number, person.get("person_id"), triples(person.get(FIELDS[wanted.part]) or [], source.path))
        for number, frame in zip(from_zero(numbers), frames, strict=True)
        for person in frame.people
    ]
    found = [(number, who, points_K3) for number, who, points_K3 in found if len(points_K3)]
    points_NK3 = measured(stacked([points_K3 for *_, points_K3 in found], source.path), source.path)
    if np.isfinite(points_NK3).any() and np.nanmax(np.abs(points_NK3[..., :2])) <= 1:
        raise DataError(f"{source.path}: its keypoints lie in [0, 1]; pixels are needed (--keypoint_scale 0)")
    ids = [str(who) for _, who, _ in found]
    canvases = {(frame.canvas_width, frame.canvas_height) for frame in frames}
    width, height = canvases.pop() if len(canvases) == 1 else (None, None)
    return Figures(
        points_NK3,
        np.array([number for number, *_ in found], int),
        tracks=None if any(who in ("None", "[-1]", "-1", "[]") for who in ids) else tuple(ids),
        size=None if width is None or height is None else (width, height),
    )


def _has_people(document: Any) -> bool:
    return isinstance(document, dict) and isinstance(document.get("people"), list)


def _number(path: Path) -> int:
    number = last_number(path.name)
    if number is None:
        raise DataError(f"{path}: has no frame's number in its name")
    return number


OPENPOSE = Format("OpenPose", recognise, read)
