"""Files of keypoints with damage of any kind, seeded: read, or refused in one line."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from motionkit.interfaces import COCO17, DataError
from motionkit.io.keypoint_formats.format import Wanted
from motionkit.io.keypoint_formats.reading import read_figures
from motionkit.io.keypoint_formats.track import Track
from motionkit.io.keypoint_formats.writing import WRITERS

FRAMES, TRIES = 4, 40
VALUES = (None, True, -1, 0, 1e400, float("nan"), "x", "", [], {}, [[]], [None], {"a": 1}, 10**30, "12.jpg")
CELLS = ("", "x", "nan", "inf", "-1", "1e999", "\u00b2", "9" * 40, '"')


def person(points_K3: np.ndarray) -> list[float]:
    return [float(value) for value in points_K3.ravel()]


def alphapose(points_TK3: np.ndarray) -> Any:
    return [{"image_id": f"{at}.jpg", "keypoints": person(it), "idx": 1} for at, it in enumerate(points_TK3)]


def openpose(points_TK3: np.ndarray) -> Any:
    return [{"people": [{"person_id": [1], "pose_keypoints_2d": person(it)}], "canvas_width": 9} for it in points_TK3]


def mmpose(points_TK3: np.ndarray) -> Any:
    frames = [
        {"frame_id": at, "instances": [{"keypoints": it[:, :2].tolist(), "keypoint_scores": it[:, 2].tolist()}]}
        for at, it in enumerate(points_TK3)
    ]
    return {"instance_info": frames, "meta_info": {"keypoint_id2name": dict(enumerate(COCO17.joints))}}


def spoilt(document: Any, draw: random.Random) -> Any:
    """The document with one value of it, anywhere, gone or another."""
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        within = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in within:
            places.append((value, key))
            walk(inner)

    walk(document)
    # What is far up is one of few: half of the damage is there.
    holder, key = draw.choice(places[:12] if draw.random() < 0.5 else places)
    if draw.random() < 0.7:
        holder[key] = draw.choice(VALUES)
    else:
        del holder[key]
    return document


def check(path: Path) -> bool:
    """Whether the file is read; if it is not, it is refused in one line."""
    try:
        figures = read_figures(path, Wanted(COCO17))
    except DataError as error:
        assert "\n" not in str(error)
        return False
    assert figures.points_NK3.shape == (len(figures.moments_N), 17, 3)
    seen = figures.points_NK3[..., 2] > 0
    assert np.isfinite(figures.points_NK3[seen]).all() and np.isnan(figures.points_NK3[~seen][:, :2]).all()
    return True


def points() -> np.ndarray:
    return np.random.default_rng(0).uniform(0.3, 1, (FRAMES, 17, 3)) * [60, 60, 1]


@pytest.mark.parametrize("make", [alphapose, openpose, mmpose], ids=lambda make: make.__name__)
def test_json_with_a_value_spoilt(make: Callable[[np.ndarray], Any], tmp_path: Path) -> None:
    draw, path = random.Random(make.__name__), tmp_path / "a.keypoints.json"
    read = 0
    for _ in range(TRIES):
        path.write_text(json.dumps(spoilt(json.loads(json.dumps(make(points()))), draw)))
        read += check(path)
    assert 0 < read < TRIES


@pytest.mark.parametrize("name", WRITERS)
def test_what_we_write_with_something_spoilt(name: str, tmp_path: Path) -> None:
    draw, path = random.Random(name), tmp_path / f"a{WRITERS[name].ending}"
    read = 0
    for _ in range(TRIES):
        WRITERS[name].write(path, Track("a", COCO17, np.arange(FRAMES) / 25, points(), (64, 64)))
        content = bytearray(path.read_bytes())
        if draw.random() < 0.3:
            content[draw.randrange(len(content))] = draw.randrange(256)
            path.write_bytes(content[: draw.randrange(len(content))] if draw.random() < 0.5 else content)
        elif path.suffix == ".json":
            path.write_text(json.dumps(spoilt(json.loads(content), draw)))
        else:
            rows = [line.split(",") for line in content.decode().splitlines()]
            row = draw.choice(rows)
            row[draw.randrange(len(row))] = draw.choice(CELLS)
            path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
        read += check(path)
    assert 0 < read < TRIES
