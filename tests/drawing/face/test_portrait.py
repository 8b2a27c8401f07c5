"""Where a face is drawn, and in which colours."""

import dataclasses

import numpy as np
import pytest
import torch

from motionkit.datasets.expressions import EXPRESSIONS, Manner, features
from motionkit.datasets.faces import Faces
from motionkit.drawing.face.face import Face
from motionkit.drawing.face.portrait import BLACK, Portrait
from motionkit.drawing.face.pose import landmarks
from motionkit.interfaces import FACE13

SECOND = torch.arange(64, dtype=torch.float64) / 16
CALM = Manner(0.3, 0.0, 1.0, 0.4, 1.0, 2.0, (0.0, 0.0, 0.0), 0.0, 0.0)
"""The head does not sway."""


def clip_of(expression, index=0):
    return Faces(Faces.Config(expressions=(expression,)))[index]


def joint(keypoints_TK2, name):
    return keypoints_TK2[:, FACE13.index(name)]


def at(places, size):
    """The index of the pixel that holds a coordinate in [-1, 1]."""
    return np.floor((np.asarray(places) + 1) / 2 * size).astype(int)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_landmarks_lie_on_what_they_name(expression):
    """Just inside a corner of the mouth, and at the lips, there is the colour of lips; at a brow that of brows."""
    size = 512
    for index in range(3):
        clip = clip_of(expression, index)
        window = clip.window(SECOND[::16], size)
        keypoints_TK2, picture = window.keypoints_TK2.numpy(), (window.video_TCHW.numpy() + 1) / 2
        look = clip.portrait.complexion

        def nearest(point_T2, colour, reach=3, picture=picture):
            """How far from a colour the nearest pixel within ``reach`` of a place is, at worst over time."""
            gaps = []
            for frame, (x, y) in zip(picture, at(point_T2, size), strict=True):
                patch = frame[:, y - reach : y + reach + 1, x - reach : x + reach + 1]
                gaps.append(np.abs(patch - np.reshape(colour, (3, 1, 1))).max(0).min())
            return max(gaps)

        left, right = (joint(keypoints_TK2, f"{side} mouth corner") for side in ("left", "right"))
        upper, lower = (joint(keypoints_TK2, f"{side} lip") for side in ("upper", "lower"))
        inwards = 0.06 * ((upper + lower) / 2 - (left + right) / 2)
        assert nearest(left + 0.03 * (right - left) + inwards, look.lips) < 0.1
        assert nearest(right + 0.03 * (left - right) + inwards, look.lips) < 0.1
        assert nearest(upper, look.lips) < 0.1 and nearest(lower, look.lips) < 0.1
        for side in ("left", "right"):
            assert nearest(joint(keypoints_TK2, f"{side} brow"), look.brows, reach=1) < 0.1


def test_the_chin_and_the_jaws_lie_on_the_outline_of_the_head(monkeypatch):
    """Drawn in white on black without shade, the skin ends at the chin, and begins at the jaws, by an ear."""
    monkeypatch.setattr("motionkit.drawing.paint.SHADE", 0.0)
    size, colours = 256, dict.fromkeys(("hair", "brows", "lips", "iris", "shirt", "wall", "floor"), BLACK)
    for name in ("surprise", "talk"):
        clip = clip_of(name)
        look = dataclasses.replace(clip.portrait.complexion, skin=(1.0, 1.0, 1.0), long=False, **colours)
        shown = features(name, np.arange(4), CALM)
        points = clip.pose.project(Face().points(shown), shown.head_3T)
        frames = (Portrait(look, Face(), clip.pose).draw(points, size).mean(1) + 1) / 2
        for frame, keypoints_K2 in zip(frames, landmarks(points), strict=True):
            x, y = at(keypoints_K2[FACE13.index("chin")], size)
            assert frame[y - 3, x] > 0.95 and frame[y + 3, x] < 0.9  # the neck below it is darker
            for side, inwards in (("left", -3), ("right", 3)):
                x, y = at(keypoints_K2[FACE13.index(f"{side} jaw")], size)
                assert frame[y - 30, x + inwards] < 0.5 < 0.95 < frame[y, x + inwards]


def test_half_the_size_is_the_average_of_four_pixels():
    for index in range(5):
        clip = Faces(Faces.Config())[index]
        small, large = (clip.window(SECOND[:4], size).video_TCHW for size in (64, 128))
        difference = (small - torch.nn.functional.avg_pool2d(large, 2)).abs()
        assert difference.mean() < 0.01 and difference.max() < 0.6


def test_nothing_is_left_of_a_closed_eye_but_its_lashes():
    clip = clip_of("sadness")
    times_T = torch.arange(0, 4, 0.01, dtype=torch.float64)
    shut = times_T[int(clip.manner.closed(times_T.numpy()).argmax())][None]
    window = clip.window(shut, 256)
    x, y = at(window.keypoints_TK2[0, FACE13.index("left upper lid")].numpy(), 256)
    patch = (window.video_TCHW[0, :, y - 6 : y + 7, x - 6 : x + 7] + 1) / 2
    assert patch.min(0).values.max() < 0.9  # no white
