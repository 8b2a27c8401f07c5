"""Stick figures as Lottie animations."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from motionkit.interfaces import Skeleton
from motionkit.io.keypoint_formats.track import Track
from motionkit.pictures import lottie
from motionkit.pictures.skeletons import LEFT, RIGHT

DOTS = Skeleton("dots", ("head", "left hand", "right hand", "tail"), ((0, 1), (0, 2), (2, 3)), (0, 2, 1, 3))


def written(folder: Path, track: Track) -> dict[str, Any]:
    lottie.write(folder / "a.lottie.json", track)
    return json.loads((folder / "a.lottie.json").read_text())


def groups(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {group["nm"]: group["it"] for group in document["layers"][0]["shapes"]}


def test_every_frame_is_a_keyframe_at_its_own_time(tmp_path: Path) -> None:
    times_T = np.array([0.0, 0.1, 0.3, 0.4])
    points_TK3 = np.random.default_rng(0).uniform(0, 30, (4, 4, 3))
    document = written(tmp_path, Track("a", DOTS, times_T, points_TK3, (32, 24)))
    assert (document["w"], document["h"], document["fr"], document["op"]) == (32, 24, 7.5, 4)
    keyframes = groups(document)["head"][0]["p"]["k"]
    np.testing.assert_allclose([frame["t"] / 7.5 for frame in keyframes], times_T, atol=1e-4)
    # The centre of the first pixel lies half a pixel from the edge of the canvas.
    np.testing.assert_allclose([frame["s"] for frame in keyframes], points_TK3[:, 0, :2] + 0.5, atol=1e-4)
    ends = [frame["s"][0]["v"] for frame in groups(document)["head to left hand"][0]["ks"]["k"]]
    np.testing.assert_allclose(ends, points_TK3[:, [0, 1], :2] + 0.5, atol=1e-4)


def test_sides_have_their_colours_and_what_has_no_place_is_left_out(tmp_path: Path) -> None:
    points_TK3 = np.ones((3, 4, 3))
    points_TK3[:, 3] = np.nan, np.nan, 0
    points_TK3[1, 1] = np.nan, np.nan, 0
    found = groups(written(tmp_path, Track("a", DOTS, np.arange(3) / 10, points_TK3, (32, 32))))
    assert set(found) == {"head", "left hand", "right hand", "head to left hand", "head to right hand"}
    assert [frame["t"] for frame in found["left hand"][0]["p"]["k"]] == [0, 2]
    for name, colour in (("left hand", LEFT), ("head to right hand", RIGHT)):
        np.testing.assert_allclose(found[name][1]["c"]["k"], [*(part / 255 for part in colour), 1])


def test_a_single_frame_stands_still(tmp_path: Path) -> None:
    document = written(tmp_path, Track("a", DOTS, np.zeros(1), np.ones((1, 4, 3)), (32, 32)))
    assert groups(document)["head"][0]["p"] == {"a": 0, "k": [1.5, 1.5]} and document["op"] == 1
    assert groups(document)["head to left hand"][0]["ks"]["k"]["v"] == [[1.5, 1.5], [1.5, 1.5]]
