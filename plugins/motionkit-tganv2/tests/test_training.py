"""Training ``tganv2``: what its critics see, its losses, and a step."""

import copy
import math

import pytest
import torch
from accelerate import Accelerator
from motionkit_tganv2.discriminator import TganV2Discriminator
from motionkit_tganv2.generator import TganV2Generator
from motionkit_tganv2.objective import TganV2Objective, squared_gradient
from motionkit_tganv2.subsampling import pyramid
from torch import nn

from motionkit.datasets.actions import Actions
from motionkit.interfaces import Clips
from motionkit.training.stage import Stage
from motionkit.windows import Windows, collate


@pytest.fixture
def objective() -> TganV2Objective:
    torch.manual_seed(0)
    generator = TganV2Generator(TganV2Generator.Config(image_size=64, noise_size=5, widths=(16, 12, 12, 12, 8, 8, 8)))
    return TganV2Objective(TganV2Objective.Config(batch=2, widths=(4, 8, 8, 8, 8)), generator)


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_the_recipe_is_the_authors():
    config = TganV2Objective.Config()
    assert (config.generator_rate, config.discriminator_rate, config.betas) == (1e-4, 1e-4, (0.0, 0.9))
    assert (config.penalty, config.average_decay) == (0.5, 0.0)


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


def test_the_penalty_of_a_linear_critic_is_the_squared_norm_of_its_weights(objective):
    weights = torch.randn(16 * 3 * 8 * 8, generator=rng())
    clips = torch.randn(5, 16, 3, 8, 8, generator=rng(1)).requires_grad_()
    penalty = squared_gradient(clips.flatten(1) @ weights + 3, clips)
    torch.testing.assert_close(penalty, weights.square().sum())

    class Linear(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.slope = nn.Parameter(torch.tensor(0.5))

        def forward(self, video_BTCHW: torch.Tensor) -> torch.Tensor:
            return self.slope * video_BTCHW.flatten(1).sum(dim=1)

    objective.critics[0] = Linear()
    losses = objective.critics_losses(recorded(), objective.generate(recorded(), rng(), 0), rng())
    penalty = losses["level 1 penalty"]
    assert float(penalty.detach()) == pytest.approx(0.5 * 16 * 3 * 8 * 8 * 0.5**2)
    penalty.backward()
    assert float(objective.critics[0].slope.grad) == pytest.approx(0.5 * 16 * 3 * 8 * 8 * 2 * 0.5)


def test_losses_are_softplus_of_the_logits_on_each_level(objective):
    real = recorded()
    made = objective.generate(real, rng(), 0)
    with torch.no_grad():
        for number, critic in enumerate(objective.critics):
            critic.logit.weight.zero_()
            critic.logit.bias.fill_(number)
    critics, generators = (
        losses(real, made, rng()) for losses in (objective.critics_losses, objective.generator_losses)
    )
    for number in range(4):
        on_real, on_fake = math.log1p(math.exp(-number)), math.log1p(math.exp(number))
        assert critics[f"level {number + 1}"].item() == pytest.approx(on_real + on_fake, rel=1e-5)
        assert critics[f"level {number + 1} penalty"].item() == 0
        assert generators[f"level {number + 1}"].item() == pytest.approx(on_real, rel=1e-5)


def test_real_clips_are_averaged_over_pixels_and_lose_frames_as_generated_ones_do():
    video = torch.randn(2, 16, 3, 64, 64, generator=rng())
    starts = set()
    for seed in range(40):
        levels = list(pyramid(video, rng(seed)))
        assert [tuple(level.shape) for level in levels] == [
            (2, 16, 3, 8, 8), (2, 8, 3, 16, 16), (2, 4, 3, 32, 32), (2, 2, 3, 64, 64)
        ]  # fmt: skip
        assert float((levels[0][1, 5, 2, 3, 7] - video[1, 5, 2, 24:32, 56:64].mean()).abs()) < 1e-6
        (start,) = [start for start in range(8) if torch.equal(video[:, start::8], levels[3])]
        starts.add(start)
        # The frames of each level are among those of the level before, halved in size.
        torch.testing.assert_close(levels[2][:, (start // 4) % 2 :: 2], nn.functional.avg_pool3d(levels[3], (1, 2, 2)))
    assert starts == set(range(8))


@pytest.mark.parametrize("shape", [(16, 8, 8), (2, 64, 64), (16, 24, 24)])
def test_a_critic_judges_each_clip_by_itself_at_any_length_and_size(shape):
    torch.manual_seed(0)
    frames, height, width = shape
    critic = TganV2Discriminator((4, 8, 8, 8, 8))
    video = torch.randn(3, frames, 3, height, width)
    logits = critic(video)
    assert logits.shape == (3,)
    torch.testing.assert_close(critic(video[1:2]), logits[1:2])


def test_training_makes_each_frame_once_however_the_real_clips_are_timed(objective):
    generator, drawn = objective.generator.eval(), rng(5)
    made = objective.generate(recorded(), rng(5), 0)
    levels = generator(generator.fresh_noise(2, drawn), torch.arange(1, 17) / 16, dropping=drawn)
    assert all(torch.equal(one, other) for one, other in zip(made, levels, strict=True))


@torch.no_grad()
def test_samples_lie_one_frame_after_the_real_clips_and_none_past_the_last_frame(objective):
    generator, real = objective.generator.eval(), recorded()
    clips = objective.samples(real, rng())["noise"]
    assert torch.equal(clips.times_BT, (real.times_BT + 1 / 16).clamp(max=1)) and clips.times_BT.max() == 1
    assert torch.equal(clips.video_BTCHW, generator(generator.fresh_noise(2, rng()), clips.times_BT))
