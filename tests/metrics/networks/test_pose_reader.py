import pytest
import torch

from motionkit.interfaces import COCO17, Clips
from motionkit.metrics.networks.pose_reader import TrainedReader


def test_frames_of_twice_the_pixels_are_read_alike(clips: Clips) -> None:
    large = clips.video_BTCHW[:4].repeat_interleave(2, -1).repeat_interleave(2, -2)
    reader = TrainedReader(None, None, COCO17)
    torch.testing.assert_close(reader(large), reader(clips.video_BTCHW[:4]))


def test_the_reader_is_as_good_as_its_file_says(clips: Clips) -> None:
    reader = TrainedReader(None, None, COCO17)
    assert len(reader.file.content) < 1_000_000
    with torch.no_grad():
        distance = (reader(clips.video_BTCHW) - clips.keypoints_BTK2).norm(dim=-1).mean()
    assert float(distance) == pytest.approx(reader.story["mean distance"], rel=0.25)
