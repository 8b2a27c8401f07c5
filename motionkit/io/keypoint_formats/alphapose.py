"""AlphaPose's ``alphapose-results.json``: a list of figures, each with the name of its image.

``[{"image_id": "12.jpg", "category_id": 1, "keypoints": [x, y, c, ...], "score": 2.9, "box": [...], "idx": 1}, ...]``,
in pixels, of 17 (COCO), 26 or 136 (Halpe), or 133 keypoints (COCO-WholeBody). Images of a video are numbered from 0.
Confidences may pass 1, and ``idx`` tells people apart only with ``--pose_track``.
"""

from typing import Any

import numpy as np
import pydantic

from motionkit.interfaces import DataError
from motionkit.io.keypoint_formats.figures import Figures, measured
from motionkit.io.keypoint_formats.format import Format, Wanted
from motionkit.io.keypoint_formats.source import (
    KeypointSource,
    frame_numbers,
    from_zero,
    last_number,
    stacked,
    triples,
    validated,
)


class _Figure(pydantic.BaseModel):
    image_id: str
    keypoints: list[Any]
    idx: Any = None


class _Results(pydantic.RootModel[list[_Figure]]):
    pass


def recognise(source: KeypointSource) -> bool:
    """Whether it is a list of figures of images that are known by their names."""
    figures = source.document
    return (
        isinstance(figures, list)
        and bool(figures)
        and all(isinstance(it, dict) and "keypoints" in it and isinstance(it.get("image_id"), str) for it in figures)
    )


def read(source: KeypointSource, wanted: Wanted) -> Figures:
    """The figures of all images."""
    figures = validated(_Results, source.document, source.path).root
    numbers = [last_number(figure.image_id) for figure in figures]
    if None in numbers:
        raise DataError(f"{source.path}: the image {figures[numbers.index(None)].image_id} has no number in its name")
    known = [number for number in numbers if number is not None]
    # Those of a video are bare numbers; an image without figures is not listed, so that the smallest says little.
    of_video = all(figure.image_id == f"{number}.jpg" for figure, number in zip(figures, known, strict=True))
    ids = [np.ravel(figure.idx) if isinstance(figure.idx, (int, float, list)) else np.zeros(0) for figure in figures]
    return Figures(
        measured(stacked([triples(figure.keypoints, source.path) for figure in figures], source.path), source.path),
        frame_numbers(known) if of_video else from_zero(known),
        tracks=tuple(f"{float(it[0]):g}" for it in ids) if all(len(it) == 1 for it in ids) else None,
    )


ALPHAPOSE = Format("AlphaPose", recognise, read)
