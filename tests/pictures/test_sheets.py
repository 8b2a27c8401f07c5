"""Sheets: what is where."""

import numpy as np
import pytest
import torch

from motionkit.interfaces import Clips
from motionkit.pictures.picture import to_picture
from motionkit.pictures.sheets import compare, contact_sheet
from motionkit.pictures.skeletons import as_seen
from motionkit.testing.toys import TOY


def grey_levels(levels, size=64):
    """A clip whose frames are plain, at these levels in [-1, 1]: (1, T, 3, size, size)."""
    return torch.tensor(levels).view(1, -1, 1, 1, 1).expand(1, -1, 3, size, size)


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


# Real clips above generated ones.


TIMES_T = torch.arange(2) / 2.0


def clips(keypoint, level):
    """Two clips of two frames: all keypoints at one place, on plain frames of one level."""
    return Clips(TIMES_T, torch.full((2, 2, 3, 2), keypoint), torch.full((2, 2, 3, 128, 128), level))


def rows(sheet):
    """Its rows of tiles, without margin and gutters."""
    return [sheet[2 + 130 * row : 130 * (row + 1), -260:-2] for row in range(4)]


def test_each_real_clip_is_above_the_generated_one():
    real, made = clips(0.0, -1.0), clips(0.5, 1.0)
    levels = [row[64, [64, 194], 0].tolist() for row in rows(compare({"real": real, "noise": made}, TOY))]
    assert levels == [[0, 0], [255, 255], [0, 0], [255, 255]]


@pytest.mark.parametrize("bare", ["real", "generated"])
def test_both_are_stick_figures_where_one_has_no_video(bare):
    real, made = clips(0.0, 1.0), clips(0.5, 1.0)
    if bare == "real":
        real = Clips(TIMES_T, real.keypoints)
    else:
        made = Clips(TIMES_T, made.keypoints)
    figures = [as_seen(Clips(TIMES_T, torch.full((1, 2, 3, 2), place)), TOY, size=128)[0] for place in (0.0, 0.5)]
    for row, figure_THWC in zip(rows(compare({"real": real, "noise": made}, TOY)), [*figures, *figures], strict=True):
        assert np.array_equal(row[:, :128], figure_THWC[0]) and np.array_equal(row[:, 130:], figure_THWC[1])


def test_clips_that_can_not_be_compared_are_refused():
    with pytest.raises(ValueError, match="no keypoints"):
        compare({"a": Clips(TIMES_T, video=clips(0.0, 0.0).video), "b": Clips(TIMES_T, clips(0.0, 0.0).keypoints)}, TOY)
    with pytest.raises(ValueError, match="shape"):
        compare({"a": clips(0.0, 0.0), "b": clips(0.0, 0.0)[:1]}, TOY)
