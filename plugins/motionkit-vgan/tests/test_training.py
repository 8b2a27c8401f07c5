"""Training ``vgan``: its losses, a step, and the command line."""

import copy
import math

import pytest
import torch
from accelerate import Accelerator
from motionkit_vgan.generator import VganGenerator
from motionkit_vgan.objective import VganObjective

from motionkit.datasets.actions import Actions
from motionkit.training.video_objective import VideoStage
from motionkit.windows import collate


@pytest.fixture
def stage() -> VideoStage:
    torch.manual_seed(0)
    generator = VganGenerator(VganGenerator.Config(frames=16, noise_size=5, widths=(6, 5, 4, 3)))
    objective = VganObjective(VganObjective.Config(batch=2, widths=(3, 4, 5, 6)), generator)
    stage = VideoStage(generator, objective)
    stage.prepare(Accelerator(cpu=True))
    return stage


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_the_recipe_is_the_authors():
    config = VganObjective.Config()
    assert (config.generator_rate, config.discriminator_rate, config.betas[0]) == (2e-4, 2e-4, 0.5)
    assert (config.batch, config.mask_price, config.average_decay) == (64, 0.1, 0.0)


def test_a_step_moves_every_parameter_of_both_players(stage):
    windows = stage.windows(Actions(Actions.Config(clips=8)), seed=0)
    networks = {"generator": stage.generator, "critics": stage.discriminator}
    before = {name: copy.deepcopy(dict(network.named_parameters())) for name, network in networks.items()}
    losses = stage.step(collate([windows[0], windows[1]]), rng(), 0)
    assert all(loss.isfinite() for loss in losses.values())
    for name, network in networks.items():
        assert [key for key, value in network.named_parameters() if torch.equal(value, before[name][key])] == []


@torch.no_grad()
def test_losses_of_a_critic_that_cannot_tell_and_of_one_that_can(stage):
    objective, clips = stage.discriminator, torch.zeros(2, 16, 3, 64, 64)
    generated = {"video": clips, "mask": torch.full((2, 16, 1, 64, 64), 0.25)}
    for generated_logit, real_logit in ((0.0, 0.0), (0.0, 3.0)):
        objective.critic.layers[-2].weight.zero_()
        objective.critic.layers[-2].bias.copy_(torch.tensor([generated_logit, real_logit]))
        called_real = math.log1p(math.exp(generated_logit - real_logit))
        called_generated = math.log1p(math.exp(real_logit - generated_logit))
        critics = objective(clips, generated, rng())
        assert float(critics["real"]) == pytest.approx(called_real, rel=1e-5)
        assert float(critics["generated"]) == pytest.approx(called_generated, rel=1e-5)
        losses = objective.generator_losses(generated, rng())
        assert float(losses["critic"]) == pytest.approx(called_real, rel=1e-5)
        assert float(losses["mask"]) == pytest.approx(0.1 * 0.25)


def test_training_makes_each_frame_once_however_the_real_clips_are_timed(stage):
    noise = stage.generator.noise(2, seed=0)
    irregular = torch.rand(2, 16, generator=rng()).sort(dim=1).values * 1.2
    stage.generator.eval()
    made = stage.discriminator.generate(stage.generator, noise, irregular, rng())
    video, mask = stage.generator(noise, torch.arange(1, 17) / 16, with_mask=True)
    assert torch.equal(made["video"], video) and torch.equal(made["mask"], mask)
