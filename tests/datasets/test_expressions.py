"""What the features of an average face do in each expression."""

import dataclasses

import numpy as np
import pytest

from motionkit.datasets.expressions import EXPRESSIONS, Manner, features
from motionkit.drawing.face.face import Face
from motionkit.drawing.face.pose import Pose, landmarks
from motionkit.interfaces import FACE13

SECOND = np.arange(64) / 16
CALM = Manner(0.3, 0.0, 1.0, 0.4, 1.0, 2.0, (0.0, 0.0, 0.0), 0.0, 0.0)
"""The head does not sway."""


def projected(expression, times_T, manner=CALM):
    shown = features(expression, times_T, manner)
    return Pose(0.4, 0.0, 0.0).project(Face().points(shown), shown.head_3T)


def joint(keypoints_TK2, name):
    return keypoints_TK2[:, FACE13.index(name)]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_motion_is_smooth(expression):
    """Central differences converge to the velocity at second order everywhere; at a kink they would not."""

    def places(times_T):
        return landmarks(projected(expression, times_T, dataclasses.replace(CALM, sway=0.1)))

    coarse, middle, fine = ((places(SECOND + step) - places(SECOND - step)) / (2 * step) for step in (4e-3, 2e-3, 1e-3))
    assert np.abs(coarse - middle).max() / np.abs(middle - fine).max() == pytest.approx(4, rel=0.02)


def test_a_face_that_looks_ahead_is_its_own_mirror_image():
    keypoints_TK2 = landmarks(projected("surprise", SECOND))
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
