import math

import pytest
import torch

from motionkit.interfaces import Clips, ConfigError, Skeleton
from motionkit.metrics.bone_constancy import BoneConstancy
from motionkit.testing.toys import TOY

TIMES = torch.arange(16.0) / 16


def constancy(keypoints: torch.Tensor, skeleton: Skeleton = TOY) -> float:
    metric = BoneConstancy(BoneConstancy.Config(), skeleton)
    return float(metric.features(Clips(TIMES, keypoints))[0])


def test_a_rigid_body_that_turns_and_travels_is_constant() -> None:
    body = torch.tensor([[0.0, -0.3], [0.4, 0.1], [-0.2, 0.2]], dtype=torch.float64)
    angle = 2 * math.pi * TIMES.double()
    turn = torch.stack([torch.stack([angle.cos(), -angle.sin()], -1), torch.stack([angle.sin(), angle.cos()], -1)], -2)
    keypoints = body @ turn.mT + torch.stack([TIMES, TIMES**2], -1)[:, None]
    assert constancy(keypoints[None]) == pytest.approx(0, abs=1e-12)


def test_a_bone_of_two_lengths_varies_by_half_their_difference_over_their_mean() -> None:
    keypoints = torch.zeros(1, 16, 3, 2)
    keypoints[0, :, 1, 0] = torch.tensor([0.1, 0.3] * 8)  # 0.1 about 0.2
    keypoints[0, :, 2, 1] = 0.5
    assert constancy(keypoints) == pytest.approx((0.5 + 0.0) / 2)


def test_joints_that_fall_together_have_no_length_to_vary() -> None:
    assert constancy(torch.zeros(1, 16, 3, 2)) == 0


def test_a_skeleton_without_bones_is_told() -> None:
    with pytest.raises(ConfigError, match="dot has no bones"):
        constancy(torch.zeros(1, 16, 1, 2), Skeleton("dot", ("dot",), (), (0,)))
