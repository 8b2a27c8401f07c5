import math

import pytest
import torch
from motionkit_mocogan.critics import ClipCritic, ImageCritic
from motionkit_mocogan.objective import Made, MocoganObjective, category_loss

from motionkit.interfaces import Clips, ConfigError


@pytest.fixture
def objective(tiny, tiny_objective):
    return MocoganObjective(tiny_objective, tiny().train())


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def real(clips: int, frames: int = 16) -> Clips:
    return Clips(torch.arange(frames) / 16, video=torch.rand(clips, frames, 3, 16, 16, generator=rng()))


def test_the_critics_maps_have_the_authors_sizes():
    video_BTCHW = torch.zeros(2, 16, 3, 64, 64)
    assert ImageCritic((4, 4, 4))(video_BTCHW[:, 0]).shape == (2, 1, 4, 4)
    real_BP, category_BGP = ClipCritic((4, 4, 4, 4), categories=6)(video_BTCHW)
    assert real_BP.shape == (2, 1, 1) and category_BGP.shape == (2, 6, 1)


def test_a_batch_of_one_clip_is_a_batch(objective):
    made = objective.generate(real(1), rng(), 0)
    real_BP, category_BGP = objective.critics["clip"](made.video_BTCHW)
    assert real_BP.shape[:2] == (1, 1) and category_BGP.shape[:2] == (1, 6)
    for player in (objective.critics_losses, objective.generator_losses):
        losses = player(real(1), made, rng())
        assert set(losses) == {"image", "clip", "category"}
        assert all(loss.ndim == 0 and loss.isfinite() for loss in losses.values())


def test_the_category_is_the_highest_score_of_the_motion_noise(objective, monkeypatch):
    noise = objective.generator.fresh_noise(4, rng())
    noise["motion"][:, :6] = torch.eye(6)[[3, 0, 5, 3]]
    monkeypatch.setattr(objective.generator, "fresh_noise", lambda clips, rng: noise)
    assert objective.generate(real(4), rng(), 0).category_B.tolist() == [3, 0, 5, 3]


def test_the_category_loss_is_zero_for_the_right_guess_and_log_6_for_none():
    category_B = torch.tensor([2, 5])
    sure_BGP = 100 * torch.eye(6)[category_B][..., None].repeat(1, 1, 3)
    assert category_loss(sure_BGP, category_B) < 1e-6
    assert category_loss(sure_BGP, category_B.flip(0)) > 50
    assert category_loss(torch.zeros(2, 6, 3), category_B) == pytest.approx(math.log(6))


def test_head_and_generator_learn_the_category_and_real_clips_say_nothing_of_it(objective):
    made = objective.generate(real(2), rng(), 0)
    blank = Clips(real(2).times, video=torch.zeros(2, 16, 3, 16, 16))
    rewarded = objective.generator_losses(blank, made, rng())["category"]
    for clips in (blank, real(2)):
        guessed = objective.critics_losses(clips, made, rng())["category"]
        torch.testing.assert_close(guessed, rewarded)
    head, last = objective.critics["clip"].layers[-1].weight, objective.generator.renderer.ladder[-1].weight
    for loss, weight in ((guessed, head), (rewarded, last)):
        assert torch.autograd.grad(loss, weight)[0].abs().max() > 0


def test_the_frame_critic_sees_one_random_frame_of_each_clip(objective):
    video_BTCHW = torch.arange(4 * 16.0).view(4, 16, 1, 1, 1).expand(-1, -1, 3, 16, 16)
    seen: list[torch.Tensor] = []
    objective.critics["image"].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0][:, 0, 0, 0]))
    made = Made(video_BTCHW, torch.zeros(4, dtype=torch.long))
    objective.critics_losses(Clips(real(4).times, video=video_BTCHW), made, rng())
    for frames_B in seen:
        assert (frames_B // 16).tolist() == [0, 1, 2, 3]
        assert len(set((frames_B % 16).tolist())) > 1
    assert not torch.equal(*seen)


def test_a_motion_on_a_grid_is_asked_for_its_steps_and_a_continuous_one_for_the_real_times(tiny, tiny_objective):
    even = real(2)
    uneven = Clips(even.times + 0.01 * torch.rand(2, 16, generator=rng()), video=even.video)
    for motion, wanted in (("mocogan", 1 / 16 + even.times), ("ode", 1 / 16 + uneven.times)):
        generator = tiny(motion=motion)
        asked: list[torch.Tensor] = []
        generator.register_forward_pre_hook(lambda _, inputs, asked=asked: asked.append(inputs[1]))
        objective = MocoganObjective(tiny_objective, generator)
        objective.generate(uneven, rng(), 0)
        assert torch.equal(asked[0], wanted)


@torch.no_grad()
def test_samples_lie_one_frame_after_the_real_clips_however_late_they_are(objective):
    generator, even = objective.generator.eval(), real(2)
    late = Clips(even.times + 0.01 * torch.rand(2, 16, generator=rng()), video=even.video)
    clips = objective.samples(late, rng())["noise"]
    assert torch.equal(clips.times_BT, 1 / 16 + late.times_BT) and clips.times_BT.max() > 1
    assert torch.equal(clips.video_BTCHW, generator(generator.fresh_noise(2, rng()), clips.times_BT))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"frame_widths": (8, 8, 8, 8)}, "frame_widths .* need 32 pixels, but clips have 16"),
        ({"clip_widths": (8, 8, 8)}, "clip_widths .* need 32 pixels, but clips have 16"),
        ({"frames": 9}, "clip_widths .* need 10 frames, but clips have 9"),
    ],
)
def test_critics_that_do_not_fit_the_clips_are_refused(tiny, tiny_objective, settings, message):
    with pytest.raises(ConfigError, match=message):
        MocoganObjective(tiny_objective.model_copy(update=settings), tiny())


def test_the_least_clips_that_are_not_refused_do_fit(tiny, tiny_objective):
    objective = MocoganObjective(tiny_objective.model_copy(update={"frames": 10, "frame_widths": (8, 8, 8)}), tiny())
    made = objective.generate(real(2, frames=10), rng(), 0)
    assert all(loss.isfinite() for loss in objective.generator_losses(real(2, frames=10), made, rng()).values())


def test_the_recipe_is_the_authors():
    config = MocoganObjective.Config()
    assert (config.generator_rate, config.discriminator_rate, config.betas) == (2e-4, 2e-4, (0.5, 0.999))
    assert (config.weight_decay, config.average_decay, config.frames, config.fps) == (1e-5, 0.0, 16, 16)
