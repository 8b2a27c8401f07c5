"""Trajectories: pictures of keypoints over time."""

import matplotlib
import numpy as np
import pytest
import torch

from motionkit.interfaces import Skeleton
from motionkit.pictures.plots.trajectories import trajectories
from motionkit.testing.toys import TOY


def swinging(clips=2, frames=24):
    """Keypoints of a toy figure whose left hand swings, and times for them."""
    times_T = torch.arange(frames, dtype=torch.float64) / 12
    keypoints_BTK2 = torch.zeros(clips, frames, 3, 2)
    keypoints_BTK2[..., 1, 0] = 0.5 * torch.sin(4 * times_T)
    keypoints_BTK2[..., 1, 1] = -0.5
    keypoints_BTK2[..., 2, 1] = 0.5
    return keypoints_BTK2, times_T


def test_trajectories_are_the_same_bytes_whatever_the_users_settings():
    keypoints_BTK2, times_T = swinging()
    plain = trajectories(keypoints_BTK2, times_T, TOY, labels=["one", "two"])
    with matplotlib.rc_context({"axes.facecolor": "red", "lines.linewidth": 9}):
        assert np.array_equal(trajectories(keypoints_BTK2, times_T, TOY, labels=["one", "two"]), plain)
        assert matplotlib.rcParams["lines.linewidth"] == 9  # and they are left as they were
    assert plain.dtype == np.uint8 and plain.ndim == 3 and plain.shape[2] == 3
    assert not np.array_equal(trajectories(0.5 * keypoints_BTK2, times_T, TOY, labels=["one", "two"]), plain)


def test_more_clips_make_a_higher_picture():
    one, three = (trajectories(*swinging(clips), TOY).shape for clips in (1, 3))
    assert three[0] > 1.5 * one[0] and three[1] == one[1]


def test_times_may_differ_between_clips():
    keypoints_BTK2, times_T = swinging()
    shared = trajectories(keypoints_BTK2, times_T, TOY)
    assert np.array_equal(trajectories(keypoints_BTK2, times_T.expand(2, -1), TOY), shared)
    assert not np.array_equal(trajectories(keypoints_BTK2, torch.stack([times_T, times_T**2 / 2]), TOY), shared)


@pytest.mark.parametrize("frames", [1, 2, 200])
def test_any_number_of_frames_can_be_shown(frames):
    assert trajectories(*swinging(1, frames), TOY).std() > 0


def test_many_frames_hide_the_bold_poses_no_more_than_few():
    def ink(frames):
        return 255.0 - trajectories(*swinging(1, frames), TOY)[:, :800].mean()

    torch.testing.assert_close(ink(1200), ink(60), rtol=0.25, atol=0)


def test_skeletons_without_sides_and_gaps_can_be_shown():
    ring = Skeleton("ring", ("a", "b", "c"), ((0, 1), (1, 2), (2, 0)), (0, 1, 2))
    keypoints_BTK2, times_T = swinging(1)
    whole = trajectories(keypoints_BTK2, times_T, ring)
    keypoints_BTK2[:, 5:9, 0] = float("nan")
    assert not np.array_equal(trajectories(keypoints_BTK2, times_T, ring), whole)
