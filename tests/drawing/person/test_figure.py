"""Where a figure is drawn, in which colours, and how smoothly."""

import dataclasses

import numpy as np
import pytest
import torch

from motionkit.datasets.actions import Actions
from motionkit.datasets.choreography import ACTIONS
from motionkit.drawing.person.figure import Figure
from motionkit.interfaces import COCO17

SECOND = torch.arange(64, dtype=torch.float64) / 16
LIMBS = [(a, b) for a, b in COCO17.bones if min(a, b) >= 5]
BLACK = (0.0, 0.0, 0.0)


def clip_of(action, index=0):
    return Actions(Actions.Config(actions=(action,)))[index]


def silhouette(clip, times_T, size):
    """Which pixels the figure covers, (T, H, W): the clip drawn on black in bright clothes."""
    bright = dict.fromkeys(("skin", "hair", "shirt", "trousers", "shoes"), (1.0, 1.0, 1.0))
    look = dataclasses.replace(clip.figure.look, wall=BLACK, floor=BLACK, **bright)
    figure = Figure(look, clip.placement.stature, clip.placement.facing)
    return figure.draw(clip.window(times_T).keypoints_TK2.double().numpy(), size).max(1) > 0


def at(places, size):
    """The index of the pixel that holds a coordinate in [-1, 1]."""
    return np.floor((places + 1) / 2 * size).astype(int)


@pytest.mark.parametrize("action", ACTIONS)
def test_the_figure_covers_its_bones_and_nothing_far_from_them(action):
    size, clip = 64, clip_of(action)
    mask_THW = silhouette(clip, SECOND[::8], size)
    keypoints_TK2 = clip.window(SECOND[::8]).keypoints_TK2.numpy()
    for mask_HW, keypoints_K2 in zip(mask_THW, keypoints_TK2, strict=True):
        for a, b in LIMBS:
            for share in np.linspace(0, 1, 9):
                x, y = at(keypoints_K2[a] + share * (keypoints_K2[b] - keypoints_K2[a]), size)
                assert mask_HW[y, x]
        rows, columns = np.nonzero(mask_HW)
        margin = 0.13 * clip.placement.stature * clip.figure.look.build + 2 / size
        low, high = keypoints_K2.min(0) - margin, keypoints_K2.max(0) + margin
        assert (at(low, size) <= [columns.min(), rows.min()]).all() and (
            at(high, size) >= [columns.max(), rows.max()]
        ).all()


@pytest.mark.parametrize("action", ACTIONS)
def test_the_hand_in_front_has_the_colour_of_skin(action):
    size = 128
    for index in range(5):
        clip = clip_of(action, index)
        window = clip.window(SECOND[::8], size)
        near = "right wrist" if clip.figure.facing > 0 else "left wrist"
        x, y = at(window.keypoints_TK2[:, COCO17.index(near)].numpy(), size).T
        pixels_T3 = window.video_TCHW.numpy()[np.arange(8), :, y, x]
        assert np.abs((pixels_T3 + 1) / 2 - clip.figure.look.skin).max() < 0.1


def test_half_the_size_is_the_average_of_four_pixels():
    for index in range(10):
        clip = Actions(Actions.Config())[index]
        small, large = (clip.window(SECOND[:4], size).video_TCHW for size in (64, 128))
        difference = (small - torch.nn.functional.avg_pool2d(large, 2)).abs()
        assert difference.mean() < 0.01 and difference.max() < 0.4


def test_a_figure_moved_by_a_pixel_is_the_picture_moved_by_a_pixel():
    size, clip = 64, clip_of("walk")
    plain = dataclasses.replace(clip.figure.look, wall=BLACK, floor=BLACK)
    figure = Figure(plain, clip.placement.stature, clip.placement.facing)
    keypoints_TK2 = clip.window(SECOND[:2]).keypoints_TK2.double().numpy()
    here, there = figure.draw(keypoints_TK2, size), figure.draw(keypoints_TK2 + np.array([2 / size, 0]), size)
    np.testing.assert_allclose(there[..., 1:], here[..., :-1], atol=1e-3)


def test_a_figure_outside_the_picture_leaves_the_background():
    clip = clip_of("walk")
    away = clip.window(SECOND[:2]).keypoints_TK2.double().numpy() + 9.0
    video_TCHW = clip.figure.draw(away, 32)
    assert np.array_equal(video_TCHW, np.broadcast_to(video_TCHW[:1, :, :, :1], video_TCHW.shape))
