import pytest
import torch
from motionkit_g3an.critics import ClipCritic, ImageCritic
from motionkit_g3an.generator import G3anGenerator
from motionkit_g3an.objective import G3anObjective

from motionkit.interfaces import ConfigError


@pytest.fixture
def game(tiny, tiny_objective):
    generator = tiny().train()
    return generator, G3anObjective(tiny_objective, generator)


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def noise(generator, clips: int):
    return {part: generator.sample_noise(part, clips, rng()) for part in generator.noise_sizes}


def times(clips: int) -> torch.Tensor:
    return (torch.arange(1, 17) / 16).expand(clips, -1)


def test_each_critic_gives_one_logit():
    video_BTCHW = torch.zeros(2, 16, 3, 64, 64)
    assert ImageCritic((4, 4, 4, 4))(video_BTCHW[:, 0]).shape == (2, 1, 1, 1)
    assert ClipCritic((4, 4, 4, 4))(video_BTCHW).shape == (2, 1, 1, 1, 1)


def test_a_batch_of_one_clip_is_a_batch(game):
    generator, objective = game
    made = objective.generate(generator, noise(generator, 1), times(1), rng())
    held = {name: value.detach() for name, value in made.items()}
    for losses in (objective(torch.zeros(1, 16, 3, 64, 64), held, rng()), objective.generator_losses(made, rng())):
        assert set(losses) == {"image", "clip"}
        assert all(loss.ndim == 0 and loss.isfinite() for loss in losses.values())


def test_each_frame_is_made_once_whatever_the_real_clips_times_are(game):
    generator, objective = game
    asked: list[torch.Tensor] = []
    generator.register_forward_pre_hook(lambda _, inputs: asked.append(inputs[1]))
    objective.generate(generator, noise(generator, 2), times(2) + 0.02, rng())
    torch.testing.assert_close(asked[0], times(1)[0])


def test_the_frame_critic_sees_one_random_frame_of_each_clip(game):
    _, objective = game
    video_BTCHW = torch.arange(4 * 16.0).view(4, 16, 1, 1, 1).expand(-1, -1, 3, 64, 64)
    seen: list[torch.Tensor] = []
    objective.image_critic.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0][:, 0, 0, 0]))
    objective(video_BTCHW, {"video": video_BTCHW}, rng())
    for frames_B in seen:
        assert (frames_B // 16).tolist() == [0, 1, 2, 3]
        assert len(set((frames_B % 16).tolist())) > 1
    assert not torch.equal(*seen)


@pytest.mark.parametrize("frames", [8, 32])
def test_the_clip_critic_says_which_number_of_frames_fits(frames):
    generator = G3anGenerator(G3anGenerator.Config(widths=(4, 4, 4, 4, 4), frames=frames))
    with pytest.raises(ConfigError, match=f"fit clips of 16 frames, but the generator makes {frames}"):
        G3anObjective(G3anObjective.Config(), generator)


@pytest.mark.parametrize("setting", ["frame_widths", "clip_widths"])
def test_critics_that_do_not_fit_the_picture_are_refused(tiny, tiny_objective, setting):
    config = tiny_objective.model_copy(update={setting: (4, 4, 4)})
    with pytest.raises(ConfigError, match=rf"video_objective\.{setting} has 3 layers, which fit frames of 32 pixels"):
        G3anObjective(config, tiny())


def test_the_recipe_is_the_authors():
    config = G3anObjective.Config()
    assert (config.generator_rate, config.discriminator_rate, config.betas) == (2e-4, 2e-4, (0.5, 0.999))
    assert (config.batch, config.weight_decay, config.average_decay) == (96, 0.0, 0.0)
