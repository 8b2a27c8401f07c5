"""Pictures: what is where on a contact sheet, a skeleton over frames, and keypoints over time."""

import matplotlib
import numpy as np
import pytest
import torch
from PIL import Image

from motionkit.interfaces import COCO17, Skeleton
from motionkit.io.pictures import (
    LEFT,
    RIGHT,
    contact_sheet,
    draw_skeleton,
    overlay,
    save_png,
    to_picture,
    trajectories,
)

CHAIN = Skeleton("chain", ("left tip", "root", "right tip"), ((0, 1), (1, 2)), (2, 1, 0))


def grey_levels(levels, size=64):
    """A clip whose frames are plain, at these levels in [-1, 1]: (1, T, 3, size, size)."""
    return torch.tensor(levels).view(1, -1, 1, 1, 1).expand(1, -1, 3, size, size)


def swinging(clips=2, frames=24):
    """Keypoints of the chain whose left tip swings, and times for them."""
    times_T = torch.arange(frames, dtype=torch.float64) / 12
    keypoints_BTK2 = torch.zeros(clips, frames, 3, 2)
    keypoints_BTK2[..., 0, 0] = 0.5 * torch.sin(4 * times_T)
    keypoints_BTK2[..., 0, 1] = -0.5
    keypoints_BTK2[..., 2, 1] = 0.5
    return keypoints_BTK2, times_T


def contains(picture, colour):
    return bool((picture == np.array(colour)).all(-1).any())


# Frames and files.


def test_levels_become_bytes_and_the_range_is_kept():
    video = torch.tensor([-1.0, 0.0, 1.0, 3.0, -9.0]).view(5, 1, 1, 1).expand(5, 3, 2, 4)
    picture = to_picture(video)
    assert picture.shape == (5, 2, 4, 3) and picture.dtype == np.uint8
    assert picture[:, 0, 0, 0].tolist() == [0, 128, 255, 255, 0]


def test_channels_and_axes_keep_their_order():
    frame_CHW = torch.full((3, 2, 4), -1.0)
    frame_CHW[2, 1, 3] = 1.0
    assert to_picture(frame_CHW)[1, 3].tolist() == [0, 0, 255]
    assert to_picture(frame_CHW).sum() == 255


def test_a_png_holds_the_picture_and_the_same_bytes_each_time(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    for name in ("a.png", "b.png"):
        save_png(tmp_path / name, picture)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), picture)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]


def test_a_failed_save_leaves_the_earlier_picture(tmp_path):
    path = tmp_path / "sheet.png"
    save_png(path, np.zeros((4, 4, 3), np.uint8))
    before = path.read_bytes()
    with pytest.raises(TypeError):
        save_png(path, np.zeros((4, 4, 7), np.uint8))
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
    with pytest.raises(OSError):
        save_png(tmp_path / "nowhere" / "sheet.png", np.zeros((4, 4, 3), np.uint8))


# Contact sheets.


def test_a_row_shows_frames_evenly_from_first_to_last():
    sheet = contact_sheet(to_picture(grey_levels([-1.0, -0.5, 0.0, 0.5, 1.0])), columns=3)
    tile, gutter = 128, 2
    centres = [gutter + column * (tile + gutter) + tile // 2 for column in range(3)]
    assert sheet.shape == (gutter + tile + gutter, gutter + 3 * (tile + gutter), 3)
    assert sheet[tile // 2, centres, 0].tolist() == [0, 128, 255]


def test_a_short_clip_shows_all_it_has_and_each_clip_has_a_row():
    sheet = contact_sheet(to_picture(grey_levels([-1.0, 1.0]).expand(3, -1, -1, -1, -1)), columns=8)
    assert sheet.shape == (3 * 130 + 2, 2 * 130 + 2, 3)


def test_small_frames_are_enlarged_without_blur_and_large_ones_left():
    frame = torch.rand(1, 1, 3, 50, 50, generator=torch.Generator().manual_seed(0)) * 2 - 1
    tile = contact_sheet(to_picture(frame))[2:-2, 2:-2]
    assert tile.shape == (150, 150, 3)
    assert np.array_equal(tile[1::3, 1::3], to_picture(frame[0, 0]))
    assert contact_sheet(np.zeros((1, 1, 200, 200, 3), np.uint8)).shape == (204, 204, 3)


def test_labels_stand_in_a_margin_before_their_rows():
    video = grey_levels([-1.0, 1.0]).expand(2, -1, -1, -1, -1)
    plain, labelled = contact_sheet(to_picture(video)), contact_sheet(to_picture(video), labels=["jack", ""])
    margin = labelled.shape[1] - plain.shape[1]
    assert margin > 20 and np.array_equal(labelled[:, margin + 2 :], plain[:, 2:])
    assert (labelled[:130, :margin] < 128).any() and (labelled[132:, :margin] == 255).all()


# Skeletons over frames.


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


# Keypoints over time.


def test_trajectories_are_the_same_bytes_whatever_the_users_settings():
    keypoints_BTK2, times_T = swinging()
    plain = trajectories(keypoints_BTK2, times_T, CHAIN, labels=["one", "two"])
    with matplotlib.rc_context({"axes.facecolor": "red", "lines.linewidth": 9}):
        assert np.array_equal(trajectories(keypoints_BTK2, times_T, CHAIN, labels=["one", "two"]), plain)
        assert matplotlib.rcParams["lines.linewidth"] == 9  # and they are left as they were
    assert plain.dtype == np.uint8 and plain.ndim == 3 and plain.shape[2] == 3
    assert not np.array_equal(trajectories(0.5 * keypoints_BTK2, times_T, CHAIN, labels=["one", "two"]), plain)


def test_more_clips_make_a_higher_picture():
    one, three = (trajectories(*swinging(clips), CHAIN).shape for clips in (1, 3))
    assert three[0] > 1.5 * one[0] and three[1] == one[1]


def test_times_may_differ_between_clips():
    keypoints_BTK2, times_T = swinging()
    shared = trajectories(keypoints_BTK2, times_T, CHAIN)
    assert np.array_equal(trajectories(keypoints_BTK2, times_T.expand(2, -1), CHAIN), shared)
    assert not np.array_equal(trajectories(keypoints_BTK2, torch.stack([times_T, times_T**2 / 2]), CHAIN), shared)


@pytest.mark.parametrize("frames", [1, 2, 200])
def test_any_number_of_frames_can_be_shown(frames):
    assert trajectories(*swinging(1, frames), CHAIN).std() > 0


def test_skeletons_without_sides_and_gaps_can_be_shown():
    ring = Skeleton("ring", ("a", "b", "c"), ((0, 1), (1, 2), (2, 0)), (0, 1, 2))
    keypoints_BTK2, times_T = swinging(1)
    whole = trajectories(keypoints_BTK2, times_T, ring)
    keypoints_BTK2[:, 5:9, 0] = float("nan")
    assert not np.array_equal(trajectories(keypoints_BTK2, times_T, ring), whole)
