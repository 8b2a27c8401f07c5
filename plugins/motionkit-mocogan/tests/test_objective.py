import math

import pytest
import torch
from motionkit_mocogan.critics import ClipCritic, ImageCritic
from motionkit_mocogan.objective import MocoganObjective, category_loss

from motionkit.interfaces import ConfigError


@pytest.fixture
def game(tiny, tiny_objective):
    generator = tiny().train()
    return generator, MocoganObjective(tiny_objective, generator)


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def noise(generator, clips: int, seed: int = 0):
    return {
        part: generator.sample_noise(part, clips, torch.Generator().manual_seed(seed)) for part in generator.noise_sizes
    }


def times(clips: int) -> torch.Tensor:
    return (torch.arange(1, 17) / 16).expand(clips, -1)


def test_the_critics_maps_have_the_authors_sizes():
    video_BTCHW = torch.zeros(2, 16, 3, 64, 64)
    assert ImageCritic((4, 4, 4))(video_BTCHW[:, 0]).shape == (2, 1, 4, 4)
    real_BP, category_BGP = ClipCritic((4, 4, 4, 4), categories=6)(video_BTCHW)
    assert real_BP.shape == (2, 1, 1) and category_BGP.shape == (2, 6, 1)


def test_a_batch_of_one_clip_is_a_batch(game):
    generator, objective = game
    made = objective.generate(generator, noise(generator, 1), times(1), rng())
    real_BP, category_BGP = objective.clip_critic(made["video"])
    assert real_BP.shape[:2] == (1, 1) and category_BGP.shape[:2] == (1, 6)
    held = {name: value.detach() for name, value in made.items()}
    for losses in (objective(torch.zeros(1, 16, 3, 16, 16), held, rng()), objective.generator_losses(made, rng())):
        assert set(losses) == {"image", "clip", "category"}
        assert all(loss.ndim == 0 and loss.isfinite() for loss in losses.values())


def test_the_category_is_the_highest_score_of_the_motion_noise(game):
    generator, objective = game
    noises = noise(generator, 4)
    noises["motion"][:, :6] = torch.eye(6)[[3, 0, 5, 3]]
    assert objective.generate(generator, noises, times(4), rng())["category"].tolist() == [3, 0, 5, 3]


def test_the_category_loss_is_zero_for_the_right_guess_and_log_6_for_none():
    category_B = torch.tensor([2, 5])
    sure_BGP = 100 * torch.eye(6)[category_B][..., None].repeat(1, 1, 3)
    assert category_loss(sure_BGP, category_B) < 1e-6
    assert category_loss(sure_BGP, category_B.flip(0)) > 50
    assert category_loss(torch.zeros(2, 6, 3), category_B) == pytest.approx(math.log(6))


def test_head_and_generator_learn_the_category_and_real_clips_say_nothing_of_it(game):
    generator, objective = game
    made = objective.generate(generator, noise(generator, 2), times(2), rng())
    head = objective.clip_critic.layers[-1].weight
    for losses in (
        objective(torch.zeros(2, 16, 3, 16, 16), made, rng()),
        objective(torch.rand(2, 16, 3, 16, 16), made, rng()),
    ):
        torch.testing.assert_close(losses["category"], objective.generator_losses(made, rng())["category"])
    weights = [head, generator.renderer.ladder[-1].weight]
    for gradient in torch.autograd.grad(losses["category"], weights):
        assert gradient.abs().max() > 0


def test_the_frame_critic_sees_one_random_frame_of_each_clip(game):
    _, objective = game
    video_BTCHW = torch.arange(4 * 16.0).view(4, 16, 1, 1, 1).expand(-1, -1, 3, 16, 16)
    seen: list[torch.Tensor] = []
    objective.image_critic.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0][:, 0, 0, 0]))
    objective(video_BTCHW, {"video": video_BTCHW, "category": torch.zeros(4, dtype=torch.long)}, rng())
    for frames_B in seen:
        assert (frames_B // 16).tolist() == [0, 1, 2, 3]
        assert len(set((frames_B % 16).tolist())) > 1
    assert not torch.equal(*seen)


def test_a_motion_on_a_grid_is_asked_for_its_steps_and_a_continuous_one_for_the_real_times(tiny, tiny_objective):
    uneven_BT = times(2) + 0.01 * torch.rand(2, 16, generator=rng())
    for motion, wanted in (("mocogan", times(1)[0]), ("ode", uneven_BT)):
        generator = tiny(motion=motion)
        asked: list[torch.Tensor] = []
        generator.register_forward_pre_hook(lambda _, inputs, asked=asked: asked.append(inputs[1]))
        objective = MocoganObjective(tiny_objective, generator)
        objective.generate(generator, noise(generator, 2), uneven_BT, rng())
        assert torch.equal(asked[0], wanted)


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
    generator = tiny()
    objective = MocoganObjective(tiny_objective.model_copy(update={"frames": 10, "frame_widths": (8, 8, 8)}), generator)
    made = objective.generate(generator, noise(generator, 2), times(2)[:, :10], rng())
    assert all(loss.isfinite() for loss in objective.generator_losses(made, rng()).values())


def test_the_recipe_is_the_authors():
    config = MocoganObjective.Config()
    assert (config.generator_rate, config.discriminator_rate, config.betas) == (2e-4, 2e-4, (0.5, 0.999))
    assert (config.weight_decay, config.average_decay, config.frames, config.fps) == (1e-5, 0.0, 16, 16)
