"""MMPose's predictions: the instances of each frame, each with ``keypoints`` and ``keypoint_scores``.

The demos write ``results_NAME.json``, ``{"meta_info": {"keypoint_id2name": ...}, "instance_info": [{"frame_id": 1,
"instances": [...]}, ...]}``, with frames counted from 1. The inferencers write ``NAME.json``, the list alone, or for an
image the instances alone. Scores may pass 1.
"""

from typing import Any

import numpy as np
import pydantic

from motionkit.interfaces import DataError
from motionkit.io.keypoint_formats.figures import Figures, measured
from motionkit.io.keypoint_formats.format import Format, Wanted
from motionkit.io.keypoint_formats.source import KeypointSource, from_zero, stacked, validated


class _Instance(pydantic.BaseModel):
    keypoints: list[list[float | None]]
    keypoint_scores: list[float | None]
    track_id: int | None = None


class _Frame(pydantic.BaseModel):
    frame_id: int
    instances: list[_Instance]


class _Predictions(pydantic.BaseModel):
    instance_info: list[_Frame]
    meta_info: dict[str, Any] = {}


def recognise(source: KeypointSource) -> bool:
    """Whether it has instances, in frames or by themselves."""
    document = source.document
    if isinstance(document, dict):
        return isinstance(document.get("instance_info"), list)
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(it, dict) and ("instances" in it or "keypoint_scores" in it) for it in document)
    )


def read(source: KeypointSource, wanted: Wanted) -> Figures:
    """The figures of all frames."""
    document, path = source.document, source.path
    frames = document["instance_info"] if isinstance(document, dict) else document
    if frames and isinstance(frames[0], dict) and "instances" not in frames[0]:
        frames = [{"frame_id": 0, "instances": frames}]
    meta = document.get("meta_info") if isinstance(document, dict) else {}
    predictions = validated(_Predictions, {"instance_info": frames, "meta_info": meta or {}}, path)
    numbers = from_zero([frame.frame_id for frame in predictions.instance_info])
    found = [
        (number, instance)
        for number, frame in zip(numbers, predictions.instance_info, strict=True)
        for instance in frame.instances
    ]
    poses = []
    for _, instance in found:
        if not all(len(point) in (2, 3) for point in instance.keypoints) or len(instance.keypoints) != len(
            instance.keypoint_scores
        ):
            raise DataError(f"{path}: keypoints should be pairs of x and y, with as many keypoint_scores")
        pairs = [[*point[:2], score] for point, score in zip(instance.keypoints, instance.keypoint_scores, strict=True)]
        poses.append(np.array(pairs, float).reshape(-1, 3))
    ids = [instance.track_id for _, instance in found]
    return Figures(
        measured(stacked(poses, path), path),
        np.array([number for number, _ in found], int),
        joints=_names(predictions.meta_info.get("keypoint_id2name")),
        tracks=None if None in ids else tuple(map(str, ids)),
    )


def _names(names: Any) -> tuple[str, ...] | None:
    """Keypoints' names by their numbers, which are text in JSON."""
    if not isinstance(names, dict) or not all(str(index) in names for index in range(len(names))):
        return None
    return tuple(str(names[str(index)]) for index in range(len(names)))


MMPOSE = Format("MMPose", recognise, read, beside=("results_{stem}.json",))
