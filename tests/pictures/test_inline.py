import base64
import re
from pathlib import Path

import pytest
import torch

import motionkit as mk
from motionkit.interfaces import COCO17
from motionkit.io.video import read_video


def played(page: str, tmp_path: Path) -> list[list[tuple[float, tuple[int, ...], float]]]:
    """Time, shape and mean of each frame of the videos that are in a page."""
    found = []
    for index, content in enumerate(re.findall(r'src="data:video/mp4;base64,([^"]+)"', page)):
        file = tmp_path / f"{index}.mp4"
        file.write_bytes(base64.b64decode(content))
        found.append([(frame.time, frame.image_HWC.shape, float(frame.image_HWC.mean())) for frame in read_video(file)])
    return found


def test_videos_are_in_the_page_and_play_at_their_own_times(tmp_path: Path) -> None:
    times_BT = torch.tensor([[0.5, 1.0, 1.5], [1.0, 2.0, 4.0]])
    levels_B = torch.tensor([-1.0, 1.0])
    clips = mk.Clips(times_BT, video=levels_B[:, None, None, None, None].expand(2, 3, 3, 16, 16))
    page = mk.show(clips)._repr_html_()
    dark, light = played(page, tmp_path)
    assert [time for time, _, _ in dark] == pytest.approx([0, 0.5, 1.0], abs=1e-3)
    assert [time for time, _, _ in light] == pytest.approx([0, 1, 3], abs=1e-3)
    assert dark[0][2] < 5 and light[0][2] > 250
    assert "autoplay" in page and "loop" in page


def test_keypoints_are_drawn_over_video_unless_nobody_wants_them(tmp_path: Path) -> None:
    keypoints = torch.rand(1, 2, 17, 2, generator=torch.Generator().manual_seed(0)) - 0.5
    clips = mk.Clips(torch.tensor([0.1, 0.2]), keypoints, -torch.ones(1, 2, 3, 16, 16))
    (over,) = played(mk.show(clips, COCO17).html, tmp_path)
    (plain,) = played(mk.show(clips, COCO17, overlay=False).html, tmp_path)
    assert over[0][1] == (256, 256, 3) and over[0][2] > plain[0][2] + 1


def test_keypoints_alone_are_stick_figures_or_points_where_nobody_knows_what_they_are(tmp_path: Path) -> None:
    keypoints = torch.rand(1, 2, 17, 2, generator=torch.Generator().manual_seed(0)) - 0.5
    clips = mk.Clips(torch.tensor([0.1, 0.2]), keypoints)
    (joined,), (points,) = (played(mk.show(clips, skeleton).html, tmp_path) for skeleton in (COCO17, None))
    assert joined[0][2] > points[0][2] > 0.1


def test_of_many_clips_some_are_shown_and_the_rest_counted() -> None:
    clips = mk.Clips(torch.tensor([0.1]), torch.zeros(5, 1, 3, 2))
    page = mk.show(clips, most=2).html
    assert page.count("<video") == 2 and "and 3 more" in page
    assert "more" not in mk.show(clips).html
    with pytest.raises(ValueError, match="neither keypoints nor video"):
        mk.show(mk.Clips(torch.tensor([0.1])))
