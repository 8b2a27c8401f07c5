"""The toys are correct: each keeps its contract, at its small size and at its full one."""

import numpy as np
import pytest
import torch

from motionkit import testing
from motionkit.interfaces import COCO17, Frame, PluginError
from motionkit.testing import toys

TOYS = [
    ("motion", toys.ToyMotion),
    ("renderer", toys.ToyRenderer),
    ("discriminator", toys.ToyDiscriminator),
    ("discriminator", toys.ToyVideoDiscriminator),
    ("encoder", toys.ToyEncoder),
    ("encoder", toys.ToyPictureEncoder),
    ("objective", toys.ToyMotionObjective),
    ("objective", toys.ToyRenderObjective),
    ("generator", toys.ToyGenerator),
    ("dataset", toys.ToyDataset),
    ("detector", toys.ToyDetector),
]


@pytest.mark.parametrize(("group", "toy"), TOYS, ids=lambda value: getattr(value, "__name__", value))
def test_each_toy_keeps_its_contract(group: str, toy: type) -> None:
    sentences: list[str] = []
    testing.check(group, toy, on_pass=sentences.append)
    assert len(sentences) == len(set(sentences)) > 10
    testing.check(group, toy, toy.Config())


def test_the_checks_take_another_skeleton() -> None:
    testing.check_motion(toys.ToyMotion, skeleton=toys.TOY)
    testing.check_renderer(toys.ToyRenderer, skeleton=toys.TOY)
    testing.check_discriminator(toys.ToyDiscriminator, skeleton=toys.TOY)
    testing.check_encoder(toys.ToyEncoder, skeleton=toys.TOY)
    testing.check_objective(toys.ToyRenderObjective, skeleton=toys.TOY)


def test_a_check_leaves_the_global_random_state_alone() -> None:
    torch.manual_seed(3)
    before = torch.get_rng_state()
    testing.check_motion(toys.ToyMotion)
    testing.check_renderer(toys.ToyRenderer)
    testing.check_objective(toys.ToyMotionObjective)
    assert torch.equal(before, torch.get_rng_state())


def test_an_unknown_group_is_answered_with_the_groups() -> None:
    with pytest.raises(PluginError, match="no group 'solver' of plugins; the groups are motion"):
        testing.check("solver", toys.ToyMotion)


def test_the_toy_detector_finds_the_brightest_pixel() -> None:
    image = np.zeros((10, 20, 3), dtype=np.uint8)
    image[2, 4] = 255
    (pose,) = toys.ToyDetector(toys.ToyDetector.Config()).detect([Frame(0.0, image)], source=None)  # type: ignore[arg-type]
    assert pose is not None
    assert np.allclose(pose.keypoints_K2[0], [2 * 4.5 / 20 - 1, 2 * 2.5 / 10 - 1])


def test_the_toy_motion_repeats_every_second() -> None:
    motion = toys.ToyMotion(toys.ToyMotion.Config(), COCO17)
    keypoints = motion(motion.sample_noise(2, torch.Generator().manual_seed(0)), torch.tensor([0.25, 1.25]))
    assert torch.allclose(keypoints[:, 0], keypoints[:, 1], atol=1e-5)
