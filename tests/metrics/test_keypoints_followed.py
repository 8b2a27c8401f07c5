from dataclasses import replace

import pytest
import torch
from torch import Tensor

from motionkit.datasets.actions import Actions
from motionkit.interfaces import COCO17, Clips, ConfigError, PluginError
from motionkit.metrics.keypoints_followed import KeypointsFollowed, correct_keypoints
from motionkit.testing import check_metric
from motionkit.testing.toys import TOY


def metric(**settings: object) -> KeypointsFollowed:
    return KeypointsFollowed(KeypointsFollowed.Config.model_validate(settings), COCO17)


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
