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


OBJECTIVES = ["adversarial", "variational"]


def stage_of(kind: str, **components: str) -> Stage:
    """A stage of that kind, in the smallest size that its components are known to have."""
    settings: dict[str, dict[str, Any]] = {section: SHRUNK.get(name, {}) for section, name in components.items()}
    settings |= {f"{kind}_objective": {"batch": 2}, "data": {"clips": 4}, "motion_encoder": {"widths": [8]}}
    settings["appearance_encoder"] = {"widths": [8]}
    if kind != "video":  # a whole generator's objective says itself how many frames it wants
        settings[f"{kind}_objective"]["frames"] = 6
    if components.get("render_objective") == "variational":
        settings["render_objective"]["first"] = {"steps": 1, "batch": 2}
    experiment = Experiment.settle((kind,), components, "small", settings, 0, "32")
    return experiment.stage(kind, experiment.dataset().skeleton)


def assert_takes_a_step(stage: Stage) -> None:
    """A step of each phase on two real clips gives finite losses; together they move all networks."""
    stage.prepare(Accelerator(cpu=True))
    dataset = Experiment.settle((), {}, "small", {"data": {"clips": 4}}, 0, "32").dataset()
    networks = [*stage.objective.learners.values(), stage.objective.critics]
    before = [weights_of(network) for network in networks]
    for step in range(len(stage.objective.phases)):
        windows = stage.windows(dataset, 0, stage.phase(step)[0])
        losses = stage.step(collate([windows[0], windows[1]]), seeded(0), step)
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


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(("motion", "discriminator"), list(product(names("motion"), names("discriminator"))))
def test_each_motion_plays_each_game_against_each_discriminator(
    motion: str, discriminator: str, objective: str
) -> None:
    parts = {"motion": motion, "motion_discriminator": discriminator, "motion_objective": objective}
    if judged_by(discriminator) != "motion":
        refusal = rf"needs a discriminator that judges motion, but {re.escape(discriminator)} judges video"
        with pytest.raises(ConfigError, match=refusal):
            stage_of("motion", **parts)
        return
    stage = stage_of("motion", **parts)
    assert_takes_a_step(stage)
    assert_makes_clips(TwoStageGenerator(stage.objective.generator))


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(("renderer", "discriminator"), list(product(names("renderer"), names("discriminator"))))
def test_each_renderer_plays_each_game_against_each_discriminator(
    renderer: str, discriminator: str, objective: str
) -> None:
    parts = {"renderer": renderer, "video_discriminator": discriminator, "render_objective": objective}
    if judged_by(discriminator) != "video":
        refusal = rf"needs a discriminator that judges video, but {re.escape(discriminator)} judges motion"
        with pytest.raises(ConfigError, match=refusal):
            stage_of("render", **parts)
        return
    assert_takes_a_step(stage_of("render", **parts))


def test_parts_of_the_other_stage_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"needs an objective that trains renderer, but adversarial\.motion trains"):
        stage_of("render", render_objective="adversarial.motion")
    with pytest.raises(ConfigError, match="needs an encoder that encodes motion, but picture encodes appearance"):
        stage_of("motion", motion_objective="variational", motion_encoder="picture")


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
    assert_makes_clips(stage.objective.generator)
