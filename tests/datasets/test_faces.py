"""The procedural faces: their truth at any time, their smoothness and variety, and where they are drawn."""

import dataclasses
import hashlib
import itertools
import subprocess
import sys

import numpy as np
import pydantic
import pytest
import torch

from motionkit.datasets.expressions import EXPRESSIONS, Features, Manner
from motionkit.datasets.face import Face, Pose, landmarks
from motionkit.datasets.faces import Faces
from motionkit.datasets.portrait import BLACK, Portrait
from motionkit.interfaces import FACE13
from motionkit.testing import check_dataset

SECOND = torch.arange(64, dtype=torch.float64) / 16
CALM = Manner(0.3, 0.0, 1.0, 0.4, 1.0, 2.0, (0.0, 0.0, 0.0), 0.0, 0.0)
"""The head does not sway."""

AHEAD = Pose(0.4, 0.0, 0.0)

each_expression = pytest.mark.parametrize("expression", EXPRESSIONS)


def dataset(**settings):
    split = settings.pop("split", "train")
    return Faces(Faces.Config(**settings), split)


def clip_of(expression, index=0, **settings):
    return dataset(expressions=(expression,), **settings)[index]


def projected(expression, times_T, pose=AHEAD, manner=CALM):
    features = Features(expression, np.asarray(times_T), manner)
    return pose.project(Face().points(features), features.head_3T)


def joint(keypoints_TK2, name):
    return keypoints_TK2[:, FACE13.index(name)]


def at(places, size):
    """The index of the pixel that holds a coordinate in [-1, 1]."""
    return np.floor((np.asarray(places) + 1) / 2 * size).astype(int)


def test_it_keeps_the_contract_of_datasets():
    check_dataset(Faces, Faces.Config(clips=8))


# The truth at any time.


@each_expression
def test_dense_and_sparse_times_agree(expression):
    dense, sparse = (clip_of(expression).window(times, size=32) for times in (SECOND, SECOND[5::7]))
    torch.testing.assert_close(dense.keypoints_TK2[5::7], sparse.keypoints_TK2, rtol=0, atol=1e-6)
    torch.testing.assert_close(dense.video_TCHW[5::7], sparse.video_TCHW, rtol=0, atol=1e-4)


@each_expression
def test_motion_is_smooth(expression):
    """Central differences converge to the velocity at second order everywhere; at a kink they would not."""

    def places(times_T):
        return landmarks(projected(expression, times_T, manner=dataclasses.replace(CALM, sway=0.1)))

    times_T = SECOND.numpy()
    coarse, middle, fine = (
        (places(times_T + step) - places(times_T - step)) / (2 * step) for step in (4e-3, 2e-3, 1e-3)
    )
    assert np.abs(coarse - middle).max() / np.abs(middle - fine).max() == pytest.approx(4, rel=0.02)


def test_the_same_clip_has_the_same_bytes_in_any_process():
    code = (
        "import torch, hashlib; from motionkit.datasets.faces import Faces;"
        "w = Faces(Faces.Config(seed=5), 'test')[7].window(torch.arange(9, dtype=torch.float64) / 16, 32);"
        "print(hashlib.sha256(w.keypoints_TK2.numpy().tobytes() + w.video_TCHW.numpy().tobytes()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    window = dataset(seed=5, split="test")[7].window(SECOND[:9], 32)
    assert (
        hashlib.sha256(window.keypoints_TK2.numpy().tobytes() + window.video_TCHW.numpy().tobytes()).hexdigest()
        == there
    )


def test_no_two_clips_are_alike_in_or_across_splits_and_seeds():
    sets = [dataset(split="train"), dataset(split="test"), dataset(seed=1)]
    manners = [clips[index].manner for clips in sets for index in range(300)]
    assert len(set(manners)) == len(manners)
    assert dataset(clips=10)[9].manner == dataset(clips=10_000)[9].manner


def test_all_expressions_are_shown_about_equally_often():
    labels = [clip.label for clip in map(dataset().__getitem__, range(1400))]
    assert set(labels) == set(EXPRESSIONS)
    assert all(150 < labels.count(name) < 250 for name in EXPRESSIONS)  # 200 +- 3.8 standard deviations


def test_faces_stay_in_the_frame_upright_and_the_right_way_round():
    keypoints = torch.cat([dataset()[index].window(SECOND).keypoints_TK2 for index in range(300)])
    assert keypoints.abs().max() < 1
    for part in ("jaw", "brow", "upper lid", "lower lid", "mouth corner"):  # the face's left is on the viewer's right
        assert (joint(keypoints, f"left {part}") > joint(keypoints, f"right {part}"))[:, 0].all()
    for side in ("left", "right"):
        column = [
            joint(keypoints, f"{side} {part}")[:, 1] for part in ("brow", "upper lid", "lower lid", "mouth corner")
        ]
        assert all((above <= below + 1e-5).all() for above, below in itertools.pairwise(column))
    column = [joint(keypoints, name)[:, 1] for name in ("upper lip", "lower lip", "chin")]
    assert all((above < below).all() for above, below in itertools.pairwise(column))


def test_unknown_expressions_are_answered_with_the_known_ones():
    with pytest.raises(pydantic.ValidationError, match="unknown expression 'joi'"):
        dataset(expressions=("joi",))
    with pytest.raises(pydantic.ValidationError, match="did you mean 'happiness'"):
        dataset(expressions=("happines",))
    with pytest.raises(pydantic.ValidationError, match="no expression is named"):
        dataset(expressions=())


# What features do.


def test_a_face_that_looks_ahead_is_its_own_mirror_image():
    keypoints_TK2 = landmarks(projected("surprise", SECOND.numpy()))
    np.testing.assert_allclose(keypoints_TK2[:, list(FACE13.mirror)] * [-1, 1], keypoints_TK2, atol=1e-12)


def test_a_blink_closes_both_eyes_and_little_else_moves():
    keypoints_TK2 = landmarks(projected("sadness", np.arange(0, 5, 0.005)))
    for side in ("left", "right"):
        open_T = np.linalg.norm(
            joint(keypoints_TK2, f"{side} upper lid") - joint(keypoints_TK2, f"{side} lower lid"), axis=-1
        )
        assert open_T.min() < 0.01 * open_T.max()
        assert 0.02 < (open_T < open_T.max() / 3).mean() < 0.15


def at_apex(expression):
    times_T = np.arange(0, 10 / 3, 0.01)
    apex, rest = (pick(CALM.strength(times_T)) for pick in (np.argmax, np.argmin))
    keypoints_TK2 = landmarks(projected(expression, times_T))
    return {name: (keypoints_TK2[apex, k] - keypoints_TK2[rest, k]) / 0.4 for k, name in enumerate(FACE13.joints)}


@pytest.mark.parametrize(
    ("expression", "name", "axis", "sign"),
    [
        ("anger", "left brow", 1, 1),
        ("disgust", "upper lip", 1, -1),
        ("fear", "left mouth corner", 0, 1),
        ("happiness", "left mouth corner", 1, -1),
        ("happiness", "right mouth corner", 0, -1),
        ("sadness", "left mouth corner", 1, 1),
        ("surprise", "left brow", 1, -1),
        ("surprise", "chin", 1, 1),
    ],
)
def test_expressions_move_what_they_are_known_for(expression, name, axis, sign):
    assert sign * at_apex(expression)[name][axis] > 0.03


# The picture.


@each_expression
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
    monkeypatch.setattr("motionkit.datasets.paint.SHADE", 0.0)
    size, colours = 256, dict.fromkeys(("hair", "brows", "lips", "iris", "shirt", "wall", "floor"), BLACK)
    for name in ("surprise", "talk"):
        clip = clip_of(name)
        look = dataclasses.replace(clip.portrait.complexion, skin=(1.0, 1.0, 1.0), long=False, **colours)
        points = projected(name, np.arange(4), clip.pose)
        frames = (Portrait(look, Face(), clip.pose).draw(points, size).mean(1) + 1) / 2
        for frame, keypoints_K2 in zip(frames, landmarks(points), strict=True):
            x, y = at(keypoints_K2[FACE13.index("chin")], size)
            assert frame[y - 3, x] > 0.95 and frame[y + 3, x] < 0.9  # the neck below it is darker
            for side, inwards in (("left", -3), ("right", 3)):
                x, y = at(keypoints_K2[FACE13.index(f"{side} jaw")], size)
                assert frame[y - 30, x + inwards] < 0.5 < 0.95 < frame[y, x + inwards]


def test_half_the_size_is_the_average_of_four_pixels():
    for index in range(5):
        clip = dataset()[index]
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
