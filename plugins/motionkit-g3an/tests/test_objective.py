import pytest
import torch
from motionkit_g3an.critics import ClipCritic, ImageCritic
from motionkit_g3an.generator import G3anGenerator
from motionkit_g3an.objective import G3anObjective

from motionkit.interfaces import Clips, ConfigError


@pytest.fixture
def objective(tiny, tiny_objective):
    return G3anObjective(tiny_objective, tiny().train())


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def real(clips: int) -> Clips:
    """Clips of which each frame lies a little after the generator's."""
    return Clips(torch.arange(16) / 16 + 0.02, video=torch.zeros(clips, 16, 3, 64, 64))


def test_each_critic_gives_one_logit():
    video_BTCHW = torch.zeros(2, 16, 3, 64, 64)
    assert ImageCritic((4, 4, 4, 4))(video_BTCHW[:, 0]).shape == (2, 1, 1, 1)
    assert ClipCritic((4, 4, 4, 4))(video_BTCHW).shape == (2, 1, 1, 1, 1)


def test_a_batch_of_one_clip_is_a_batch(objective):
    made = objective.generate(real(1), rng(), 0)
    for player in (objective.critics_losses, objective.generator_losses):
        losses = player(real(1), made, rng())
        assert set(losses) == {"image", "clip"}
        assert all(loss.ndim == 0 and loss.isfinite() for loss in losses.values())


def test_each_frame_is_made_once_whatever_the_real_clips_times_are(objective):
    asked: list[torch.Tensor] = []
    objective.generator.register_forward_pre_hook(lambda _, inputs: asked.append(inputs[1]))
    made = objective.generate(real(2), rng(), 0)
    assert torch.equal(asked[0], torch.arange(1, 17) / 16) and torch.equal(made.times, asked[0])


@torch.no_grad()
def test_samples_lie_one_frame_after_the_real_clips_and_none_past_the_last_frame(objective):
    generator = objective.generator.eval()
    clips = objective.samples(real(2), rng())["noise"]
    assert torch.equal(clips.times_BT, (real(2).times_BT + 1 / 16).clamp(max=1)) and clips.times_BT.max() == 1
    assert torch.equal(clips.video_BTCHW, generator(generator.fresh_noise(2, rng()), clips.times_BT))


def test_the_frame_critic_sees_one_random_frame_of_each_clip(objective):
    video_BTCHW = torch.arange(4 * 16.0).view(4, 16, 1, 1, 1).expand(-1, -1, 3, 64, 64)
    seen: list[torch.Tensor] = []
    objective.critics["image"].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0][:, 0, 0, 0]))
    clips = Clips(torch.arange(1, 17) / 16, video=video_BTCHW)
    objective.critics_losses(clips, clips, rng())
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
