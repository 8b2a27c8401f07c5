import math

import pytest
import torch

from motionkit.evaluation.smoothness import bone_lengths, mean_acceleration
from motionkit.interfaces import COCO17


def test_acceleration_of_a_circle_is_that_of_its_second_difference() -> None:
    angle = 2 * math.pi * torch.arange(64, dtype=torch.float64) / 32
    circle = torch.stack([angle.cos(), angle.sin()], dim=-1)[None, :, None]
    assert mean_acceleration(circle) == pytest.approx(2 - 2 * math.cos(2 * math.pi / 32), rel=1e-9)


def test_uniform_motion_has_none() -> None:
    line = torch.arange(10.0)[None, :, None, None] * torch.tensor([1.0, 2.0])
    assert mean_acceleration(line) == 0


def test_bone_lengths_are_distances_between_joints() -> None:
    keypoints = torch.zeros(1, 1, 17, 2)
    keypoints[0, 0, COCO17.index("left elbow")] = torch.tensor([3.0, 4.0])
    bone = COCO17.bones.index((COCO17.index("left shoulder"), COCO17.index("left elbow")))
    assert bone_lengths(keypoints, COCO17)[0, 0, bone] == 5
