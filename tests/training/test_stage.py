"""A step of any game, its phases, and the statistics that go with averaged weights."""

from dataclasses import replace

import pytest
import torch
from accelerate import Accelerator
from torch import Tensor, nn

from motionkit.datasets.actions import Actions
from motionkit.interfaces import Clips, ConfigError
from motionkit.testing.toys import ToyGenerator, ToyObjective
from motionkit.training.experiment import Experiment
from motionkit.training.stage import Stage
from motionkit.windows import collate

DATA = Actions(Actions.Config(clips=16))
SMALL = {
    "motion": {"width": 16, "hidden": 8},
    "motion_discriminator": {"frame_width": 16, "sequence_widths": [16, 16]},
    "motion_encoder": {"widths": [16]},
    "motion_objective": {"batch": 4},
    "renderer": {"image_size": 16, "widths": [16, 16, 8, 8], "style_size": 8},
    "video_discriminator": {"frame_widths": [8, 8], "clip_widths": [8, 8]},
    "appearance_encoder": {"widths": [8]},
    "render_objective": {"batch": 2, "frames": 4},
}


def stage_of(name: str, objective: str) -> Stage:
    names = {f"{name}_objective": objective}
    settings = {key: dict(value) for key, value in SMALL.items()}
    if name == "render" and objective == "variational":
        settings["render_objective"]["first"] = {"steps": 0}
    stage = Experiment.settle((name,), names, "paper", settings, 0, "32").stage(name, DATA.skeleton)
    stage.prepare(Accelerator(cpu=True))
    return stage


def batch_for(stage: Stage) -> Clips:
    windows = stage.windows(DATA, seed=0)
    return collate([windows[index] for index in range(stage.objective.phases[-1].batch)])


def toy_stage(generator: ToyGenerator, decay: float = 0.0) -> Stage:
    stage = Stage("video", ToyObjective(ToyObjective.Config(average_decay=decay), generator))
    stage.prepare(Accelerator(cpu=True))
    return stage


@pytest.mark.parametrize("objective", ["adversarial", "variational"])
@pytest.mark.parametrize("name", ["motion", "render"])
def test_a_step_moves_every_parameter_of_all_networks(name: str, objective: str) -> None:
    stage = stage_of(name, objective)
    before = {key: value.clone() for key, value in stage.objective.named_parameters()}
    losses = stage.step(batch_for(stage), torch.Generator().manual_seed(0), 0)
    assert all(value.isfinite() for value in losses.values())
    unmoved = [key for key, value in stage.objective.named_parameters() if torch.equal(value, before[key])]
    assert unmoved == []
    assert all(parameter.requires_grad for parameter in stage.objective.parameters())


def test_real_clips_have_the_size_of_the_generator_and_the_frames_of_the_objective() -> None:
    stage = toy_stage(ToyGenerator(ToyGenerator.Config(image_size=8)))
    assert batch_for(stage).video_BTCHW.shape == (4, 8, 3, 8, 8)


def test_steps_are_counted_through_the_phases_and_set_the_pace() -> None:
    settings = {**SMALL, "render_objective": {"batch": 2, "frames": 4, "first": {"steps": 2, "batch": 4, "rate": 0.01}}}
    stage = Experiment.settle(("render",), {}, "small", settings, 0, "32").stage("render", DATA.skeleton)
    stage.prepare(Accelerator(cpu=True))
    phases = [stage.phase(step) for step in range(4)]
    assert [(phase.frames, end) for phase, end in phases] == [(1, 2), (1, 2), (4, None), (4, None)]
    paces = []
    for step in (0, 2):
        phase, _ = stage.phase(step)
        windows = stage.windows(DATA, 0, phase)
        stage.step(collate([windows[index] for index in range(phase.batch)]), torch.Generator(), step)
        paces.append(stage.generator_optimizer.param_groups[0]["lr"])
    assert paces == [0.01, 5e-4]


def test_devices_that_cannot_share_a_batch_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"a batch of 4 clips can't be shared by 3 devices; set motion_objective"):
        stage_of("motion", "adversarial").check_share(3)


class Normalised(ToyGenerator):
    """Standardises its noise, whose mean it is that is estimated."""

    def __init__(self, config: ToyGenerator.Config) -> None:
        super().__init__(config)
        self.normalise = nn.BatchNorm1d(3, affine=False)

    def forward(self, noise: dict[str, Tensor], times: Tensor) -> Tensor:
        return super().forward({**noise, "appearance": self.normalise(noise["appearance"] + 5)}, times)


def test_averaged_weights_get_running_statistics_of_their_own() -> None:
    generator = Normalised(ToyGenerator.Config(image_size=8))
    for decay, mean in ((0.9, 5.0), (0.0, 0.0)):
        stage = toy_stage(generator, decay)
        generator.normalise.reset_running_stats()
        stage.calibrate([batch_for(stage)] * 8, torch.Generator().manual_seed(0))
        assert generator.normalise.running_mean is not None
        torch.testing.assert_close(generator.normalise.running_mean, torch.full((3,), mean), atol=0.5, rtol=0)


def test_other_weights_play_for_a_while_and_then_no_longer() -> None:
    stage = toy_stage(ToyGenerator(ToyGenerator.Config(image_size=8)))
    latest = stage.objective.generator
    other = ToyGenerator(ToyGenerator.Config(image_size=8))
    with stage.learners(nn.ModuleDict({"generator": other})):
        assert stage.objective.generator is other
    assert stage.objective.generator is latest


def test_clips_of_a_recording_are_judged_at_their_own_times() -> None:
    stage = toy_stage(ToyGenerator(ToyGenerator.Config(image_size=8)))
    real = batch_for(stage)
    late = replace(real, times=real.times * 1.03)
    asked: list[Tensor] = []
    stage.objective.generator.register_forward_pre_hook(lambda _, args: asked.append(args[1]))
    stage.objective.samples(late, torch.Generator().manual_seed(0))
    torch.testing.assert_close(asked[0], late.times + 1 / 8)
