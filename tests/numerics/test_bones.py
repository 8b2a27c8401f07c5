import torch

from motionkit.interfaces import COCO17
from motionkit.numerics.bones import bone_lengths, stretching


def test_bone_lengths_are_distances_between_joints() -> None:
    keypoints = torch.zeros(1, 1, 17, 2)
    keypoints[0, 0, COCO17.index("left elbow")] = torch.tensor([3.0, 4.0])
    bone = COCO17.bones.index((COCO17.index("left shoulder"), COCO17.index("left elbow")))
    assert bone_lengths(keypoints, COCO17.bones)[0, 0, bone] == 5


BONE = ((0, 1),)


def swing(length: torch.Tensor, amplitude: float = 1.0) -> torch.Tensor:
    """A bone of a length at each of 16 moments, which swings around its fixed joint, (1, 16, 2, 2)."""
    angle = amplitude * torch.linspace(0, 6, 16).sin()
    end = length[:, None] * torch.stack([angle.sin(), angle.cos()], dim=1)
    return torch.stack([torch.zeros_like(end), end], dim=1)[None]


def test_a_rigid_swing_does_not_stretch_and_an_elastic_one_does_however_small_it_is() -> None:
    rigid, elastic = torch.full((16,), 0.5), 0.5 + torch.linspace(0, 0.2, 16)
    assert stretching(swing(rigid), BONE).item() < 0.01
    large, small = (stretching(size * swing(elastic), BONE).item() for size in (1.0, 0.5))
    assert large > 0.2
    assert abs(small / large - 1) < 0.1


def test_the_slope_of_what_stands_still_is_finite() -> None:
    still = torch.zeros(1, 4, 2, 2, requires_grad=True)
    stretching(still, BONE).sum().backward()
    assert still.grad is not None and still.grad.isfinite().all()
