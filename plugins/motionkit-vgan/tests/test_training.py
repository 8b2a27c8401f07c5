"""Training ``vgan``: its losses, a step, and the command line."""

import copy
import math

import pytest
import torch
from accelerate import Accelerator
from motionkit_vgan.generator import VganGenerator
from motionkit_vgan.objective import Made, VganObjective

from motionkit.datasets.actions import Actions
from motionkit.interfaces import Clips
from motionkit.training.stage import Stage
from motionkit.windows import Windows, collate


@pytest.fixture
def objective() -> VganObjective:
    torch.manual_seed(0)
    generator = VganGenerator(VganGenerator.Config(frames=16, noise_size=5, widths=(6, 5, 4, 3)))
    return VganObjective(VganObjective.Config(batch=2, widths=(3, 4, 5, 6)), generator)


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_the_recipe_is_the_authors():
    config = VganObjective.Config()
    assert (config.generator_rate, config.discriminator_rate, config.betas[0]) == (2e-4, 2e-4, 0.5)
    assert (config.batch, config.mask_price, config.average_decay) == (64, 0.1, 0.0)


def recorded() -> Clips:
    """Two clips whose frames lie beside the generator's, and the last of some of them later."""
    return Clips(torch.rand(2, 16, generator=rng()).sort(dim=1).values * 1.2, video=torch.zeros(2, 16, 3, 64, 64))


def test_a_step_moves_every_parameter_of_both_players(objective):
    windows = Windows(Actions(Actions.Config(clips=8)), objective.frames, objective.fps, 0, objective.image_size)
    stage = Stage("video", objective)
    stage.prepare(Accelerator(cpu=True))
    before = copy.deepcopy(dict(objective.named_parameters()))
    losses = stage.step(collate([windows[0], windows[1]]), rng(), 0)
    assert all(loss.isfinite() for loss in losses.values())
    assert [key for key, value in objective.named_parameters() if torch.equal(value, before[key])] == []


@torch.no_grad()
def test_losses_of_a_critic_that_cannot_tell_and_of_one_that_can(objective):
    real = recorded()
    made = Made(real.video_BTCHW, torch.full((2, 16, 1, 64, 64), 0.25))
    for generated_logit, real_logit in ((0.0, 0.0), (0.0, 3.0)):
        objective.critics.layers[-2].weight.zero_()
        objective.critics.layers[-2].bias.copy_(torch.tensor([generated_logit, real_logit]))
        called_real = math.log1p(math.exp(generated_logit - real_logit))
        called_generated = math.log1p(math.exp(real_logit - generated_logit))
        critics = objective.critics_losses(real, made, rng())
        assert float(critics["real"]) == pytest.approx(called_real, rel=1e-5)
        assert float(critics["generated"]) == pytest.approx(called_generated, rel=1e-5)
        losses = objective.generator_losses(real, made, rng())
        assert float(losses["critic"]) == pytest.approx(called_real, rel=1e-5)
        assert float(losses["mask"]) == pytest.approx(0.1 * 0.25)


def test_training_makes_each_frame_once_however_the_real_clips_are_timed(objective):
    generator = objective.generator.eval()
    made = objective.generate(recorded(), rng(), 0)
    video, mask = generator(generator.fresh_noise(2, rng()), torch.arange(1, 17) / 16, with_mask=True)
    assert torch.equal(made.video_BTCHW, video) and torch.equal(made.mask_BT1HW, mask)


@torch.no_grad()
def test_samples_lie_one_frame_after_the_real_clips_and_none_past_the_last_frame(objective):
    generator, real = objective.generator.eval(), recorded()
    clips = objective.samples(real, rng())["noise"]
    assert torch.equal(clips.times_BT, (real.times_BT + 1 / 16).clamp(max=1)) and clips.times_BT.max() == 1
    assert torch.equal(clips.video_BTCHW, generator(generator.fresh_noise(2, rng()), clips.times_BT))
