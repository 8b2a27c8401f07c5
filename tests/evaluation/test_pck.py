from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from motionkit.datasets.actions import Actions
from motionkit.evaluation.pck import KeypointsFollowed, correct_keypoints
from motionkit.evaluation.pose_reader import TrainedReader
from motionkit.evaluation.reading import detected
from motionkit.interfaces import COCO17, Clips, ComponentConfig, ConfigError, Detector, Frame, PluginError, Pose
from motionkit.testing import check_metric
from motionkit.testing.toys import TOY
from motionkit.windows import Windows, collate


def metric(**settings: object) -> KeypointsFollowed:
    return KeypointsFollowed(KeypointsFollowed.Config.model_validate(settings), COCO17)


@pytest.fixture(scope="module")
def clips() -> Clips:
    windows = Windows(Actions(Actions.Config(), "test"), 4, 4.0, 5, 64)
    batch = collate([windows[index] for index in range(48)])
    return Clips(batch.times_BT, batch.keypoints_BTK2, batch.video_BTCHW)


def box() -> Tensor:
    """One clip of one frame, with a box 0.8 wide and 0.4 high."""
    return torch.tensor([[[[-0.4, -0.2], [0.4, 0.2], [0.0, 0.0], [0.1, 0.1]]]])


def test_contract() -> None:
    check_metric(KeypointsFollowed, skeleton=COCO17, dataset=Actions(Actions.Config(), "test"), size=64)


def test_near_is_a_share_of_the_longer_side() -> None:
    read = box()
    read[0, 0, 0, 0] += 0.079
    read[0, 0, 1, 1] -= 0.081
    assert correct_keypoints(read, box(), 0.1).tolist() == [0.75]
    assert correct_keypoints(2 * read - 0.1, 2 * box() - 0.1, 0.1).tolist() == [0.75]


def test_what_lies_outside_the_picture_is_not_counted() -> None:
    asked, read = box(), box()
    asked[0, 0, 1] = torch.tensor([1.2, 0.0])
    read[0, 0, 2, 1] += 1
    assert correct_keypoints(read, asked, 0.1).tolist() == [pytest.approx(2 / 3)]
    assert correct_keypoints(box() + 2, box() + 2, 0.1).tolist() == [0.0]


def test_what_is_not_found_is_wrong() -> None:
    read = box()
    read[0, 0, :2] = torch.nan
    assert correct_keypoints(read, box(), 0.1).tolist() == [0.5]


def test_true_poses_are_found_and_those_of_other_clips_are_not(clips: Clips) -> None:
    followed = metric()
    own = followed.features(clips)
    swapped = followed.features(replace(clips, keypoints=clips.keypoints_BTK2.roll(1, 0)))
    assert followed.score(own, own) > 0.75
    assert followed.score(own, swapped) < 0.4
    assert metric(threshold=0.02).features(clips).mean() < own.mean()


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


def test_the_reader_of_another_skeleton_is_refused() -> None:
    with pytest.raises(ConfigError, match="reads the keypoints of coco-17, but the clips have toy"):
        KeypointsFollowed(KeypointsFollowed.Config(), TOY)
    with pytest.raises(ConfigError, match="sidecar finds the keypoints of coco-17, but the clips have toy"):
        KeypointsFollowed(KeypointsFollowed.Config(reader="sidecar"), TOY)


def test_a_detector_can_read_and_is_recorded() -> None:
    provenance = metric(reader="sidecar").provenance()
    assert (provenance["reader"], provenance["distribution"]) == ("sidecar", "motionkit")
    with pytest.raises(PluginError, match="there is no detector 'sidecart'; did you mean sidecar"):
        metric(reader="sidecart")
    with pytest.raises(ConfigError, match="sidecar is a detector"):
        metric(reader="sidecar", weights="mine.safetensors")


class Witness(Detector):
    """Finds nobody in the first frame of each video, and then the brightness of the picture everywhere."""

    skeleton = COCO17

    class Config(ComponentConfig):
        pass

    def __init__(self) -> None:
        super().__init__(self.Config())
        self.frames: list[Frame] = []

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        for number, frame in enumerate(frames):
            self.frames.append(frame)
            everywhere = np.full((17, 2), frame.image_HWC.mean() / 127.5 - 1, np.float32)
            yield Pose(everywhere, np.ones(17, np.float32)) if number else None


def test_a_detector_sees_each_clip_as_a_video_of_its_own() -> None:
    video_BTCHW = torch.tensor([[-1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])[..., None, None, None].expand(-1, -1, 3, 8, 8)
    witness = Witness()
    found = detected(witness, Clips(torch.tensor([0.5, 1.0, 2.0]), video=video_BTCHW))
    assert found.shape == (2, 3, 17, 2)
    assert found[:, 0].isnan().all()
    torch.testing.assert_close(found[0, 1:, 0, 0], torch.tensor([0.0, 1.0]), atol=0.01, rtol=0)
    assert [frame.time for frame in witness.frames] == [0.0, 0.5, 1.5] * 2
    assert all(frame.image_HWC.dtype == np.uint8 and frame.image_HWC.shape == (8, 8, 3) for frame in witness.frames)
