"""The choreography of the actions, danced by an average body: bones, floors and smoothness."""

import numpy as np
import pytest

from motionkit.datasets.choreography import ACTIONS, Style
from motionkit.drawing.person.body import Body
from motionkit.interfaces import COCO17

SECOND = np.arange(64) / 16
LIMBS = [(a, b) for a, b in COCO17.bones if min(a, b) >= 5]


def joints(action, times_T, body=None, **style):
    """Places in three dimensions, (T, 17, 3), of an average body."""
    style = Style(**{"tempo": 1.0, "phase": 0.3, "amplitude": 1.0, "sway_phase": 0.1, **style})
    return (body or Body()).joints(ACTIONS[action].pose(times_T, style)).transpose(2, 1, 0)


@pytest.mark.parametrize("action", ACTIONS)
def test_bones_keep_their_length_in_space(action):
    places_TK3 = joints(action, SECOND)
    for a, b in LIMBS:
        if {a, b} & {5, 6} and {a, b} & {11, 12}:
            continue  # from shoulder to hip a trunk that twists is no bone
        length_T = np.linalg.norm(places_TK3[:, a] - places_TK3[:, b], axis=-1)
        assert np.ptp(length_T) < 1e-12
    wrist = np.linalg.norm(
        places_TK3[:, COCO17.index("left wrist")] - places_TK3[:, COCO17.index("left elbow")], axis=-1
    )
    assert np.allclose(wrist, Body().forearm)


@pytest.mark.parametrize("tempo", [0.8, 1.1])
def test_half_a_stride_later_the_walker_is_its_own_mirror_image(tempo):
    now, half, whole = (joints("walk", SECOND + part / tempo, tempo=tempo) for part in (0, 0.5, 1))
    assert np.allclose(now, whole, atol=1e-12)
    assert np.allclose(now, half[:, list(COCO17.mirror)] * [-1, 1, 1], atol=1e-12)
    assert not np.allclose(now, half, atol=0.05)


@pytest.mark.parametrize("action", ACTIONS)
def test_motion_is_smooth(action):
    """Central differences converge to the velocity at second order everywhere; at a kink they would not."""

    def velocity(step):
        return (joints(action, SECOND + step) - joints(action, SECOND - step)) / (2 * step)

    coarse, middle, fine = (velocity(step) for step in (4e-3, 2e-3, 1e-3))
    assert np.abs(coarse - middle).max() / np.abs(middle - fine).max() == pytest.approx(4, rel=0.02)


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - {"jack"}))
def test_a_foot_is_always_on_the_floor(action):
    heights_T = joints(action, SECOND)[:, [15, 16], 1].max(-1)
    assert np.abs(heights_T + Body().ankle).max() < 0.02  # statures; the weight passes smoothly between the feet


def test_a_jump_leaves_the_floor():
    assert np.ptp(joints("jack", SECOND)[:, 15, 1]) > 0.04
