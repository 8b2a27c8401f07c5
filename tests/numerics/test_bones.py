import torch

from motionkit.interfaces import COCO17
from motionkit.numerics.bones import bone_lengths


def test_bone_lengths_are_distances_between_joints() -> None:
    keypoints = torch.zeros(1, 1, 17, 2)
    keypoints[0, 0, COCO17.index("left elbow")] = torch.tensor([3.0, 4.0])
    bone = COCO17.bones.index((COCO17.index("left shoulder"), COCO17.index("left elbow")))
    assert bone_lengths(keypoints, COCO17.bones)[0, 0, bone] == 5
