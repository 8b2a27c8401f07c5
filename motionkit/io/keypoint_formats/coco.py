"""COCO's keypoint JSON, of annotations or of results.

Annotations are ``{"images": [{"id": 1, "file_name": "frame-00000.png", "width": 64, "height": 64}, ...], "annotations":
[{"image_id": 1, "keypoints": [x, y, v, ...], ...}, ...], "categories": [{"name": "person", "keypoints": ["nose", ...],
"skeleton": [[16, 14], ...]}]}``. There v is a flag: 0 not labelled, 1 labelled though hidden, 2 seen. Results are a
list of ``{"image_id": 1, "category_id": 1, "keypoints": [x, y, c, ...], "score": 0.9}``, where c may be a confidence,
which is taken in annotations too. The frame is the image's ``frame_id``, else the number in its name.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pydantic

from motionkit.interfaces import DataError
from motionkit.io.keypoint_formats.figures import Figures, flags_as_confidence, measured
from motionkit.io.keypoint_formats.format import Format, Wanted
from motionkit.io.keypoint_formats.source import (
    KeypointSource,
    from_zero,
    last_number,
    stacked,
    triples,
    validated,
)
from motionkit.io.keypoint_formats.track import Track


class _Image(pydantic.BaseModel):
    id: int
    file_name: str = ""
    frame_id: int | None = None
    width: int | None = None
    height: int | None = None

    @property
    def number(self) -> int | None:
        return self.frame_id if self.frame_id is not None else last_number(self.file_name)


class _Annotation(pydantic.BaseModel):
    image_id: int
    category_id: int = 1
    keypoints: list[Any] = []
    track_id: int | None = None


class _Category(pydantic.BaseModel):
    id: int
    keypoints: list[str] = []


class _Document(pydantic.BaseModel):
    images: list[_Image]
    annotations: list[_Annotation]
    categories: list[_Category] = []


class _Results(pydantic.RootModel[list[_Annotation]]):
    pass


def recognise(source: KeypointSource) -> bool:
    """Whether it has annotations, or is a list of figures of images that are known by numbers."""
    document = source.document
    if isinstance(document, dict):
        return isinstance(document.get("annotations"), list)
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(it, dict) and "keypoints" in it and isinstance(it.get("image_id"), int) for it in document)
    )


def read(source: KeypointSource, wanted: Wanted) -> Figures:
    """The figures of all images."""
    path = source.path
    if isinstance(source.document, list):
        results = [it for it in validated(_Results, source.document, path).root if it.keypoints]
        ids = sorted({it.image_id for it in results})
        return _figures(results, dict(zip(ids, from_zero(ids).tolist(), strict=True)), None, None, path)
    document = validated(_Document, source.document, path)
    found = [it for it in document.annotations if it.keypoints]
    category = _category(found, document.categories, path)
    found = [it for it in found if category is None or it.category_id == category.id]
    sizes = {(image.width, image.height) for image in document.images}
    width, height = sizes.pop() if len(sizes) == 1 else (None, None)
    names = tuple(category.keypoints) if category is not None and category.keypoints else None
    size = (width, height) if width and height else None  # 0 from those who do not know
    return _figures(found, _frames(document.images, path), names, size, path)


def _figures(
    found: list[_Annotation],
    frames: dict[int, int],
    joints: tuple[str, ...] | None,
    size: tuple[int, int] | None,
    path: Path,
) -> Figures:
    strange = next((it.image_id for it in found if it.image_id not in frames), None)
    if strange is not None:
        raise DataError(f"{path}: an annotation is of image {strange}, which is not among its images")
    points_NK3 = stacked([triples(it.keypoints, path) for it in found], path)
    points_NK3[..., 2] = flags_as_confidence(points_NK3[..., 2])
    ids = [it.track_id for it in found]
    return Figures(
        measured(points_NK3, path, most=1.01),
        np.array([frames[it.image_id] for it in found], int),
        joints=joints,
        tracks=None if None in ids else tuple(map(str, ids)),
        size=size,
    )


def _frames(images: list[_Image], path: Path) -> dict[int, int]:
    """The number of each image's frame."""
    numbers = [image.number for image in images]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or len(set(known)) < len(known):
        raise DataError(
            f"{path}: its images should have a frame_id each, or numbers of their own in their names, "
            "so that it is known which frame each is"
        )
    return {image.id: int(number) for image, number in zip(images, from_zero(known), strict=True)}


def _category(found: list[_Annotation], categories: list[_Category], path: Path) -> _Category | None:
    """The one category that has keypoints; of several, the one with most annotations would be a guess."""
    counts = Counter(it.category_id for it in found)
    used = [category for category in categories if category.id in counts]
    if len(used) > 1:
        told = ", ".join(str(category.id) for category in used)
        raise DataError(f"{path}: annotations are of the categories {told}; keep those of one")
    return used[0] if used else None


def write(path: Path, track: Track) -> None:
    """Write a track as annotations of images that are called ``NAME/frame-00000.png``.

    Flags are 2 where a confidence is 0.5 or more, 1 where it is less, and 0 where a keypoint has no place.
    """
    width, height = track.size
    images = [
        {"id": index + 1, "file_name": f"{track.name}/frame-{index:05d}.png", "frame_id": index, "width": width,
         "height": height}
        for index in range(len(track.times_T))
    ]  # fmt: skip
    category = {
        "id": 1, "name": track.skeleton.name, "supercategory": "figure", "keypoints": list(track.skeleton.joints),
        "skeleton": [[a + 1, b + 1] for a, b in track.skeleton.bones],
    }  # fmt: skip
    annotations = [_annotation(index, points_K3) for index, points_K3 in enumerate(track.points_TK3)]
    document = {"images": images, "annotations": annotations, "categories": [category]}
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


def _annotation(index: int, points_K3: np.ndarray) -> dict[str, Any]:
    seen_K = points_K3[:, 2] > 0
    flags_K = np.where(seen_K, np.where(points_K3[:, 2] < 0.5, 1, 2), 0)
    places_K2 = np.where(seen_K[:, None], points_K3[:, :2], 0).round(4)
    numbers: list[float] = []
    for (x, y), flag in zip(places_K2.tolist(), flags_K.tolist(), strict=True):
        numbers += [x, y, flag]
    low_2, high_2 = (places_K2[seen_K].min(0), places_K2[seen_K].max(0)) if seen_K.any() else (np.zeros(2),) * 2
    box = [*low_2.tolist(), *(high_2 - low_2).round(4).tolist()]
    return {
        "id": index + 1, "image_id": index + 1, "category_id": 1, "keypoints": numbers,
        "num_keypoints": int(seen_K.sum()), "bbox": box, "area": round(box[2] * box[3], 4), "iscrowd": 0,
    }  # fmt: skip


COCO = Format("COCO", recognise, read)
