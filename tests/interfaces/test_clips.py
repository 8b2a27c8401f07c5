"""Clips: what is there is given, what is not there is said, and cutting and joining undo each other."""

import pytest
import torch

from motionkit.interfaces import Clips

TIMES = torch.arange(1, 7) / 6
KEYPOINTS = torch.rand(3, 6, 17, 2, generator=torch.Generator().manual_seed(0))
VIDEO = torch.rand(3, 6, 3, 4, 4, generator=torch.Generator().manual_seed(1))
CLIPS = Clips(TIMES, KEYPOINTS, VIDEO)


def same(one: Clips, other: Clips) -> bool:
    return all(torch.equal(getattr(one, part), getattr(other, part)) for part in ("times", "keypoints", "video"))


def test_a_part_that_is_missing_is_said_in_words() -> None:
    with pytest.raises(ValueError, match="no video"):
        _ = Clips(TIMES, KEYPOINTS).video_BTCHW
    with pytest.raises(ValueError, match="no keypoints"):
        _ = Clips(TIMES, video=VIDEO).keypoints_BTK2
    with pytest.raises(ValueError, match="neither"):
        len(Clips(TIMES))


def test_times_of_all_clips_are_times_of_each() -> None:
    assert CLIPS.times_BT.shape == (3, 6)
    assert torch.equal(CLIPS.times_BT[2], TIMES)


def test_pieces_in_time_join_to_the_whole() -> None:
    pieces = list(CLIPS.chunks(4))
    assert [piece.video_BTCHW.shape[1] for piece in pieces] == [4, 2]
    assert same(Clips.joined(pieces), CLIPS)


def test_clips_side_by_side_are_cut_out_again() -> None:
    other = Clips(TIMES + 1, KEYPOINTS + 1, VIDEO + 1)
    both = Clips.cat([CLIPS, other])
    assert len(both) == 6
    assert same(both[3:], Clips(other.times_BT, other.keypoints, other.video))


def test_clips_without_video_stay_without() -> None:
    few = Clips.cat([Clips(TIMES, KEYPOINTS), Clips(TIMES, KEYPOINTS)]).frames(slice(1, 3))
    assert few.video is None
    assert few.keypoints_BTK2.shape == (6, 2, 17, 2)


def test_detached_clips_pass_no_gradient() -> None:
    made = Clips(TIMES, KEYPOINTS.clone().requires_grad_())
    assert made.keypoints_BTK2.requires_grad
    assert not made.detach().keypoints_BTK2.requires_grad


def test_they_say_what_they_hold_and_not_every_number() -> None:
    clips = Clips(torch.tensor([0.5, 1.25]), torch.zeros(3, 2, 17, 2), torch.zeros(3, 2, 3, 32, 64))
    assert repr(clips) == "Clips(clips: 3, frames: 2, seconds: 0.5 to 1.25, keypoints: 17, pixels: 64 x 32)"
    page = clips._repr_html_()
    assert "<td>pixels</td><td>64 x 32</td>" in page and page.count("<tr>") == 5
    assert repr(Clips(torch.zeros(0))) == "Clips(clips: 0, frames: 0, seconds: none, keypoints: none, pixels: none)"
    assert "keypoints: none" in repr(Clips(torch.ones(1), video=torch.zeros(1, 1, 3, 4, 4)))
