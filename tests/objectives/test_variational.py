"""The variational games: codes lead back to what was encoded, and running statistics fit both kinds of noise."""

from typing import Any

import pytest
import torch
from accelerate import Accelerator

from motionkit.interfaces import Clips
from motionkit.interfaces.seeding import seeded
from motionkit.training.experiment import Experiment
from motionkit.training.stage import Stage
from motionkit.windows import collate

SETTINGS: dict[str, dict[str, Any]] = {
    "data": {"clips": 64},
    "motion": {"width": 32, "hidden": 16, "noise_size": 16},
    "motion_encoder": {"widths": [32, 32]},
    "motion_discriminator": {"frame_width": 16, "sequence_widths": [16, 16]},
    "motion_objective": {"batch": 16, "adversarial": 0.0, "generator_rate": 0.004},
    "renderer": {"image_size": 16, "widths": [32, 16, 16, 8], "noise_size": 16, "style_size": 16},
    "appearance_encoder": {"widths": [16, 16]},
    "video_discriminator": {"frame_widths": [8, 8], "clip_widths": [8, 8]},
    "render_objective": {"batch": 6, "frames": 4, "first": {"steps": 150, "batch": 16}},
}


def train(name: str, steps: int) -> tuple[Stage, Clips]:
    """A stage after so many steps, and real clips of its last phase that it has not seen."""
    experiment = Experiment.settle((name,), {}, "small", SETTINGS, 0, "32")
    dataset = experiment.dataset()
    stage = experiment.stage(name, dataset.skeleton)
    stage.prepare(Accelerator(cpu=True))
    for step in range(steps):
        phase, _ = stage.phase(step)
        windows = stage.windows(dataset, 0, phase)
        stage.step(collate([windows[step * phase.batch + i] for i in range(phase.batch)]), seeded(step), step)
    windows = stage.windows(experiment.dataset("test"), seed=1)
    return stage, collate([windows[index] for index in range(24)])


@pytest.fixture(scope="module")
def motion() -> tuple[Stage, Clips]:
    return train("motion", 250)


@pytest.fixture(scope="module")
def render() -> tuple[Stage, Clips]:
    stage, real = train("render", 156)
    stage.calibrate([real], seeded("calibration"))
    stage.objective.eval()
    return stage, real


@torch.no_grad()
def test_motion_made_from_its_own_code_is_nearer_than_from_anothers(motion: tuple[Stage, Clips]) -> None:
    stage, real = motion
    again = stage.objective.samples(real, seeded("samples"))["its code"].keypoints_BTK2
    own, other = ((again - wanted).abs().mean() for wanted in (real.keypoints_BTK2, real.keypoints_BTK2.roll(1, 0)))
    assert own < 0.85 * other


@torch.no_grad()
def test_pictures_drawn_from_their_own_code_are_nearer_than_from_anothers(render: tuple[Stage, Clips]) -> None:
    stage, real = render
    again = stage.objective.samples(real, seeded("samples"))["its code"].video_BTCHW
    own, other = ((again - wanted).abs().mean() for wanted in (real.video_BTCHW, real.video_BTCHW.roll(1, 0)))
    assert own < 0.6 * other


@torch.no_grad()
def test_a_clip_drawn_from_its_code_is_no_more_saturated_than_the_real_one(render: tuple[Stage, Clips]) -> None:
    stage, real = render
    again = stage.objective.samples(real, seeded("samples"))["its code"].video_BTCHW
    drawn, wanted = ((video.amax(2) - video.amin(2)).mean() for video in (again, real.video_BTCHW))
    assert drawn <= 1.05 * wanted
    assert (again.abs() > 0.95).float().mean() <= (real.video_BTCHW.abs() > 0.95).float().mean() + 0.02


@torch.no_grad()
def test_the_company_in_which_statistics_were_estimated_does_not_show(render: tuple[Stage, Clips]) -> None:
    stage, real = render
    renderer, code_BD = stage.objective.generator, stage.objective.encoder(real).mean_BD
    alone = renderer(code_BD[:1], real.keypoints_BTK2[:1])
    torch.testing.assert_close(alone, renderer(code_BD, real.keypoints_BTK2)[:1], atol=1e-4, rtol=0)


def test_nobody_criticises_in_the_first_phase_and_both_kinds_are_judged_in_the_second() -> None:
    stage, _ = train("render", 0)
    objective, dataset = stage.objective, Experiment.settle((), {}, "small", {"data": {"clips": 8}}, 0, "32").dataset()
    seen = {}
    for step in (0, 150):
        phase, _ = stage.phase(step)
        windows = stage.windows(dataset, 0, phase)
        real = collate([windows[index] for index in range(phase.batch)])
        made = objective.generate(real, seeded(step), step)
        losses = objective.critics_losses(real, made, seeded(step))
        seen[step] = (phase.batch, phase.frames, made.coded, list(losses))
    assert seen == {0: (16, 1, 16, []), 150: (6, 4, 3, ["critics"])}
