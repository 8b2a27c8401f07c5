"""Skeletons: what is drawn where over frames, and how clips are seen."""

import numpy as np
import pytest
import torch

from motionkit.interfaces import COCO17, Clips, Skeleton
from motionkit.pictures.picture import to_picture
from motionkit.pictures.skeletons import LEFT, RIGHT, as_seen, draw_skeleton, overlay

CHAIN = Skeleton("chain", ("left tip", "root", "right tip"), ((0, 1), (1, 2)), (2, 1, 0))


def contains(picture, colour):
    return bool((picture == np.array(colour)).all(-1).any())


def test_lines_join_the_joints_in_the_colours_of_their_sides():
    keypoints_K2 = torch.tensor([[-0.5, -0.5], [0.0, 0.0], [0.5, -0.5]])
    picture = draw_skeleton(np.zeros((200, 200, 3), np.uint8), keypoints_K2, CHAIN)
    assert picture[74, 74].tolist() == list(LEFT)
    assert picture[74, 125].tolist() == list(RIGHT)
    # Far from both lines nothing is drawn, and edges are smooth: levels between black and the line's own.
    assert picture[120:].sum() == 0 and picture[:, :45].sum() == 0
    assert len(np.unique(picture[..., 2])) > 4


def test_a_joint_lies_on_the_pixel_that_holds_it():
    size = 256
    for pixel_x, pixel_y in ((10, 200), (128, 128), (250, 3)):
        keypoints_K2 = (torch.tensor([[pixel_x, pixel_y]]) * 2 + 1) / size - 1
        dot = Skeleton("dot", ("left dot",), (), (0,))
        rows, columns = np.nonzero(draw_skeleton(np.zeros((size, size, 3), np.uint8), keypoints_K2, dot).sum(-1))
        assert abs(columns.mean() - pixel_x) < 0.2 and abs(rows.mean() - pixel_y) < 0.2


def test_the_video_shows_beneath_the_skeleton():
    video_TCHW = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    keypoints_TK2 = torch.tensor([[-0.5, -0.5], [0.0, -0.5], [0.5, -0.5]]).expand(3, 3, 2)
    drawn = overlay(video_TCHW, keypoints_TK2, CHAIN, size=200)
    assert drawn.shape == (3, 256, 256, 3) and drawn.dtype == np.uint8
    assert np.array_equal(drawn[:, 128:], to_picture(video_TCHW).repeat(4, 1).repeat(4, 2)[:, 128:])
    assert contains(drawn, LEFT) and contains(drawn, RIGHT)


def test_without_a_video_the_ground_is_black():
    keypoints_TK2 = torch.zeros(2, 17, 2)
    keypoints_TK2[1] += 0.5
    drawn = overlay(None, keypoints_TK2, COCO17, size=96)
    assert drawn.shape == (2, 96, 96, 3)
    assert drawn[0, 48, 48].any() and not drawn[0, 72, 72].any()
    assert drawn[1, 72, 72].any() and not drawn[1, 48, 48].any()


def test_a_joint_that_is_not_finite_is_left_out_with_its_bones():
    keypoints_K2 = torch.tensor([[float("nan"), -0.5], [0.0, 0.0], [0.5, -0.5]])
    picture = draw_skeleton(np.zeros((200, 200, 3), np.uint8), keypoints_K2, CHAIN)
    assert picture[:, :90].sum() == 0 and contains(picture, RIGHT)


def test_drawing_leaves_its_input_alone():
    picture = np.zeros((32, 32, 3), np.uint8)
    draw_skeleton(picture, torch.zeros(3, 2), CHAIN)
    assert not picture.any()


# Clips as people see them.


def moving():
    """Two clips of three frames, with keypoints and video."""
    rng = torch.Generator().manual_seed(0)
    keypoints_BTK2 = torch.rand(2, 3, 3, 2, generator=rng) - 0.5
    return Clips(torch.arange(3) / 3, keypoints_BTK2, torch.rand(2, 3, 3, 32, 32, generator=rng) * 2 - 1)


def test_video_is_seen_as_it_is_unless_keypoints_are_wanted_over_it():
    it = moving()
    assert np.array_equal(as_seen(it, CHAIN), to_picture(it.video))
    over = as_seen(it, CHAIN, with_overlay=True, size=100)
    assert np.array_equal(over[1], overlay(it.video[1], it.keypoints[1], CHAIN, size=100))


def test_clips_without_video_are_stick_figures():
    it = moving()
    seen = as_seen(Clips(it.times, it.keypoints), CHAIN, size=64)
    assert seen.shape == (2, 3, 64, 64, 3)
    assert np.array_equal(seen[1], overlay(None, it.keypoints[1], CHAIN, size=64))


def test_keypoints_that_nobody_knows_are_not_drawn():
    it = moving()
    assert np.array_equal(as_seen(it, None, with_overlay=True), to_picture(it.video))
    alone = Clips(it.times, video=it.video)
    assert np.array_equal(as_seen(alone, CHAIN, with_overlay=True), to_picture(it.video))
    with pytest.raises(ValueError, match="no video"):
        as_seen(Clips(it.times, it.keypoints), None)
