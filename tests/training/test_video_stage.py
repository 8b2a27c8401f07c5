import copy
from dataclasses import replace

import pytest
import torch
from accelerate import Accelerator
from torch import Tensor, nn

from motionkit.assembly import Choice
from motionkit.datasets.actions import Actions
from motionkit.interfaces import COCO17, Clips, ConfigError
from motionkit.testing.toys import ToyGenerator, ToyObjective
from motionkit.training.video_stage import VideoStage
from motionkit.windows import collate

DATA = Actions(Actions.Config(clips=16))


@pytest.fixture
def stage() -> VideoStage:
    torch.manual_seed(0)
    generator = ToyGenerator(ToyGenerator.Config(image_size=8))
    made = VideoStage(generator, ToyObjective(ToyObjective.Config(average_decay=0), generator))
    made.prepare(Accelerator(cpu=True))
    return made


def batch_for(stage: VideoStage) -> Clips:
    windows = stage.windows(DATA, seed=0)
    return collate([windows[index] for index in range(4)])


def test_a_step_moves_every_parameter_of_both_players(stage: VideoStage) -> None:
    networks = {"generator": stage.generator, "discriminator": stage.discriminator}
    before = {name: copy.deepcopy(dict(network.named_parameters())) for name, network in networks.items()}
    losses = stage.step(batch_for(stage), torch.Generator().manual_seed(0), 0)
    assert set(losses) == {"critics", "generator"} and all(loss.isfinite() for loss in losses.values())
    for name, network in networks.items():
        assert all(not torch.equal(value, before[name][key]) for key, value in network.named_parameters())
    assert all(parameter.requires_grad for parameter in stage.discriminator.parameters())


def test_real_clips_have_the_size_of_the_generator_and_the_frames_of_the_objective(stage: VideoStage) -> None:
    batch = batch_for(stage)
    assert batch.video_BTCHW.shape == (4, 8, 3, 8, 8)


def test_clips_are_made_at_the_real_clips_own_times_one_frame_later(stage: VideoStage) -> None:
    batch = batch_for(stage)
    asked: list[Tensor] = []
    stage.generator.register_forward_pre_hook(lambda _, args: asked.append(args[1]))
    stage.play(batch, torch.Generator().manual_seed(0), 0)
    torch.testing.assert_close(asked[0], batch.times_BT + 1 / 8)


def test_no_time_past_the_generators_last_frame_is_asked_for(
    stage: VideoStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last frame of a recorded clip's window may lie late by half of a recorded frame."""
    monkeypatch.setattr(ToyGenerator, "max_seconds", 1.0)
    batch = batch_for(stage)
    late = replace(batch, times=batch.times_BT * 1.03)
    asked: list[Tensor] = []
    stage.generator.register_forward_pre_hook(lambda _, args: asked.append(args[1]))
    stage.play(late, torch.Generator().manual_seed(0), 0)
    stage.preview(stage.generator, late, torch.Generator().manual_seed(0))
    assert [float(times_BT.max()) for times_BT in asked] == [1.0, 1.0]


def test_the_critics_are_trained_on_clips_without_gradients(stage: VideoStage) -> None:
    batch = batch_for(stage)
    fake = stage.play(batch, torch.Generator().manual_seed(0), 0)
    losses = stage.critics_losses(batch, fake, torch.Generator())
    torch.stack(list(losses.values())).sum().backward()
    assert all(parameter.grad is None for parameter in stage.generator.parameters())
    assert all(parameter.grad is not None for parameter in stage.discriminator.parameters())


def test_averaged_weights_get_running_statistics_of_their_own() -> None:
    class Normalised(ToyGenerator):
        def __init__(self, config: ToyGenerator.Config) -> None:
            super().__init__(config)
            self.normalise = nn.BatchNorm1d(3, affine=False)

        def forward(self, noise: dict[str, Tensor], times: Tensor) -> Tensor:
            colour_BC = self.normalise(noise["appearance"] + 5)
            return super().forward({**noise, "appearance": colour_BC}, times)

    generator = Normalised(ToyGenerator.Config(image_size=8))
    for decay, mean in ((0.9, 5.0), (0.0, 0.0)):
        stage = VideoStage(generator, ToyObjective(ToyObjective.Config(average_decay=decay), generator))
        stage.prepare(Accelerator(cpu=True))
        generator.normalise.reset_running_stats()
        stage.calibrate(generator, [batch_for(stage)] * 8, torch.Generator().manual_seed(0))
        assert generator.normalise.running_mean is not None
        torch.testing.assert_close(generator.normalise.running_mean, torch.full((3,), mean), atol=0.5, rtol=0)


def test_an_objective_of_longer_clips_than_the_generator_makes_is_refused() -> None:
    class Short(ToyGenerator):
        max_seconds = 0.5  # type: ignore[assignment]

    class ShortChoice(Choice):
        def build(self, *arguments: object) -> Short:
            return Short(ToyGenerator.Config())

    choice = ShortChoice(group="generator", name="short", distribution="toy", version="1", config={})
    with pytest.raises(ConfigError, match=r"short makes clips of 0\.5 s, but its objective trains on 8 frames"):
        VideoStage.build({"generator": choice}, COCO17, ToyObjective.Config())
