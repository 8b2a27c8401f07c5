"""A stick figure as a Lottie animation: flat vector shapes with keyframes, which browsers play and animators edit."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from motionkit.io.keypoint_formats.track import Track
from motionkit.pictures.skeletons import side_colour

VERSION = "5.7.0"
"""Of the format, as Bodymovin counts it; nothing here is newer."""

STEADY_IN, STEADY_OUT = {"x": [1], "y": [1]}, {"x": [0], "y": [0]}
"""Between keyframes everything moves on straight lines."""


def write(path: Path, track: Track) -> None:
    """Write a track: a line for each bone and a dot for each joint, as large as the frames.

    Each frame is a keyframe at its own time. A joint without a place goes straight from where it was to where it is
    next; one that never has a place is left out, with its bones.
    """
    times_T = track.times_T
    fps = (len(times_T) - 1) / times_T[-1] if times_T[-1] > 0 else 30.0
    ticks_T = times_T * fps
    # A pixel's centre is half a pixel from where vector graphics begin to count.
    places_TK2 = track.points_TK3[..., :2] + 0.5
    stroke = max(1.0, track.size[0] / 90)
    seen_TK = np.asarray(np.isfinite(places_TK2).all(-1))
    dots = [_dot(track, joint, ticks_T, places_TK2, 2 * stroke) for joint in np.flatnonzero(seen_TK.any(0)).tolist()]
    bones = [
        _bone(track, bone, ticks_T, places_TK2, stroke)
        for bone in track.skeleton.bones
        if seen_TK[:, list(bone)].all(-1).any()
    ]
    last = float(ticks_T[-1]) + 1
    layer = {
        "ddd": 0, "ind": 1, "ty": 4, "nm": track.skeleton.name, "sr": 1, "ks": _still(), "ao": 0,
        "shapes": dots + bones, "ip": 0, "op": last, "st": 0, "bm": 0,
    }  # fmt: skip
    document = {
        "v": VERSION, "fr": round(fps, 6), "ip": 0, "op": last, "w": track.size[0], "h": track.size[1],
        "nm": track.name, "ddd": 0, "assets": [], "layers": [layer],
    }  # fmt: skip
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


def _bone(
    track: Track, bone: tuple[int, int], ticks_T: np.ndarray, places_TK2: np.ndarray, stroke: float
) -> dict[str, Any]:
    straight = [[0, 0], [0, 0]]
    shapes = [
        (tick, {"i": straight, "o": straight, "v": place_22, "c": False})
        for tick, place_22 in _placed(ticks_T, places_TK2[:, list(bone)])
    ]
    colour = {"a": 0, "k": [*(part / 255 for part in side_colour(track.skeleton, *bone)), 1]}
    line = {"ty": "st", "c": colour, "o": _value(100), "w": _value(round(stroke, 3)), "lc": 2, "lj": 2}
    name = " to ".join(track.skeleton.joints[joint] for joint in bone)
    return _group(name, {"ty": "sh", "ks": _animated(shapes)}, line)


def _dot(track: Track, joint: int, ticks_T: np.ndarray, places_TK2: np.ndarray, width: float) -> dict[str, Any]:
    colour = {"a": 0, "k": [*(part / 255 for part in side_colour(track.skeleton, joint)), 1]}
    size = _value([round(width, 3)] * 2)
    ellipse = {"ty": "el", "p": _animated(_placed(ticks_T, places_TK2[:, joint])), "s": size, "d": 1}
    return _group(track.skeleton.joints[joint], ellipse, {"ty": "fl", "c": colour, "o": _value(100), "r": 1})


def _placed(ticks_T: np.ndarray, places_T: np.ndarray) -> list[tuple[float, Any]]:
    """The keyframes at which there is a place."""
    seen_T = np.isfinite(places_T).reshape(len(places_T), -1).all(1)
    return [
        (round(float(tick), 4), place.round(4).tolist())
        for tick, place in zip(ticks_T[seen_T], places_T[seen_T], strict=True)
    ]


def _animated(keyframes: list[tuple[float, Any]]) -> dict[str, Any]:
    """A property with keyframes; those of shapes have their value in a list."""
    frames = [(tick, [value] if isinstance(value, dict) else value) for tick, value in keyframes]
    if len(frames) == 1:
        return {"a": 0, "k": keyframes[0][1]}
    moving = [{"t": tick, "s": value, "i": STEADY_IN, "o": STEADY_OUT} for (tick, value), _ in pairwise(frames)]
    return {"a": 1, "k": [*moving, {"t": frames[-1][0], "s": frames[-1][1]}]}


def _value(value: Any) -> dict[str, Any]:
    return {"a": 0, "k": value}


def _still() -> dict[str, Any]:
    """The transform that leaves everything where it is."""
    return {"p": _value([0, 0]), "a": _value([0, 0]), "s": _value([100, 100]), "r": _value(0), "o": _value(100)}


def _group(name: str, shape: dict[str, Any], paint: dict[str, Any]) -> dict[str, Any]:
    return {"ty": "gr", "nm": name, "it": [shape, paint, {"ty": "tr", **_still()}]}
