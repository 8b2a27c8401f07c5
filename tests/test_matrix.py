"""Everything that is installed goes with everything: each pair that should takes a step and makes clips, and each that
should not is refused with a reason. Components of other distributions are held to the same.
"""

import re
from itertools import product
from typing import Any

import pytest
import torch
from accelerate import Accelerator
from torch import Tensor, nn

from motionkit import TwoStageGenerator, frame_times
from motionkit.assembly import ComponentRef
from motionkit.interfaces import COCO17, ConfigError, RunError, VideoGenerator
from motionkit.interfaces.seeding import seeded
from motionkit.registry import call_name, plugins
from motionkit.testing.toys import TOY
from motionkit.training.experiment import Experiment
from motionkit.training.stage import Stage
from motionkit.windows import collate

SHRUNK: dict[str, dict[str, Any]] = {
    "ode": {"width": 16, "hidden": 8},
    "rnn": {"width": 16, "hidden": 8},
    "sde": {"width": 16, "hidden": 8},
    "compose": {"image_size": 16, "widths": [16, 16, 8, 8]},
    "trajectory": {"frame_width": 16, "sequence_widths": [16, 16]},
    "heatmap": {"size": 8, "widths": [8, 8]},
    "video": {"frame_widths": [8, 8], "clip_widths": [8, 8]},
    "g3an": {"widths": [8, 8, 8, 8, 8]},
    "tganv2": {"widths": [8, 8, 8, 8, 8, 8, 8]},
}
"""Sizes below ``small`` of those components whose settings are known here."""


def names(group: str) -> list[str]:
    found = plugins(group)
    return [call_name(plugin, found) for plugin in found]


def stage_of(kind: str, **components: str) -> Stage:
    """A stage of that kind, in the smallest size that its components are known to have."""
    settings: dict[str, dict[str, Any]] = {section: SHRUNK.get(name, {}) for section, name in components.items()}
    settings |= {f"{kind}_stage": {"batch": 2}, "data": {"clips": 4}}
    if kind != "video":  # a whole generator's objective says itself how many frames it wants
        settings[f"{kind}_stage"]["frames"] = 6
    experiment = Experiment.settle((kind,), {**components, "data": "actions"}, "small", settings, 0, "32")
    return experiment.stage(kind, experiment.dataset().skeleton)


def assert_takes_a_step(stage: Stage) -> None:
    """One step on two windows of real clips gives finite losses, and moves the generator and its critics."""
    stage.prepare(Accelerator(cpu=True))
    experiment = Experiment.settle((), {"data": "actions"}, "small", {"data": {"clips": 4}}, 0, "32")
    windows = stage.windows(experiment.dataset(), seed=0)
    networks = (stage.generator, stage.discriminator)
    before = [weights_of(network) for network in networks]
    losses = stage.step(collate([windows[0], windows[1]]), seeded(0), 0)
    assert all(bool(loss.isfinite()) for loss in losses.values()), losses
    for network, weights in zip(networks, before, strict=True):
        assert not torch.equal(weights, weights_of(network)), f"{type(network).__name__} was not trained"


def weights_of(network: nn.Module) -> Tensor:
    return torch.cat([weight.detach().flatten().clone() for weight in network.parameters()])


def assert_makes_clips(generator: VideoGenerator) -> None:
    times_T = frame_times(min(0.5, generator.max_seconds or 0.5), 8)
    sample = generator.sample(2, times=times_T)
    if generator.skeleton is not None:
        assert sample.keypoints_BTK2.shape == (2, len(times_T), generator.skeleton.size, 2)
        assert sample.keypoints_BTK2.isfinite().all()
    if generator.image_size is not None:
        assert sample.video_BTCHW.shape == (2, len(times_T), 3, generator.image_size, generator.image_size)
        assert sample.video_BTCHW.isfinite().all() and sample.video_BTCHW.abs().max() <= 1


def judged_by(discriminator: str) -> str:
    judges: str = ComponentRef.of("discriminator", discriminator, "small", {}, "discriminator").component.judges
    return judges


@pytest.mark.parametrize(("motion", "discriminator"), list(product(names("motion"), names("discriminator"))))
def test_each_motion_plays_against_each_discriminator_of_motion(motion: str, discriminator: str) -> None:
    if judged_by(discriminator) != "motion":
        with pytest.raises(
            ConfigError, match=rf"needs a discriminator of motion, but {re.escape(discriminator)} judges"
        ):
            stage_of("motion", motion=motion, motion_discriminator=discriminator)
        return
    stage = stage_of("motion", motion=motion, motion_discriminator=discriminator)
    assert_takes_a_step(stage)
    assert_makes_clips(TwoStageGenerator(stage.bare(stage.generator)))


@pytest.mark.parametrize(("renderer", "discriminator"), list(product(names("renderer"), names("discriminator"))))
def test_each_renderer_plays_against_each_discriminator_of_video(renderer: str, discriminator: str) -> None:
    if judged_by(discriminator) != "video":
        with pytest.raises(
            ConfigError, match=rf"needs a discriminator of video, but {re.escape(discriminator)} judges"
        ):
            stage_of("render", renderer=renderer, video_discriminator=discriminator)
        return
    assert_takes_a_step(stage_of("render", renderer=renderer, video_discriminator=discriminator))


@pytest.mark.parametrize(("motion", "renderer"), list(product(names("motion"), names("renderer"))))
def test_each_renderer_draws_each_motion_of_its_skeleton(motion: str, renderer: str) -> None:
    motions, renderers = (
        ComponentRef.of(group, name, "small", SHRUNK.get(name, {}), group)
        for group, name in (("motion", motion), ("renderer", renderer))
    )
    assert_makes_clips(TwoStageGenerator(motions.build(COCO17), renderers.build(COCO17)))
    assert_makes_clips(TwoStageGenerator(motions.build(TOY), renderers.build(TOY)))
    with pytest.raises(RunError, match="makes the keypoints of toy-3, but the renderer draws those of coco-17"):
        TwoStageGenerator(motions.build(TOY), renderers.build(COCO17))


@pytest.mark.parametrize("generator", names("generator"))
def test_each_whole_generator_takes_a_step_and_makes_clips(generator: str) -> None:
    stage = stage_of("video", generator=generator)
    assert_takes_a_step(stage)
    assert_makes_clips(stage.bare(stage.generator))
