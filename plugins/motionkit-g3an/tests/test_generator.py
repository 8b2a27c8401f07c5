import pytest
import torch
from motionkit_g3an.attention import FactorisedAttention
from motionkit_g3an.block import FROM_ONE_TO_FOUR, SAME, TWICE, G3Block
from motionkit_g3an.generator import G3anGenerator

from motionkit.config import build_config
from motionkit.interfaces import ConfigError
from motionkit.numerics.timeline import frame_times
from motionkit.registry import load
from motionkit.testing import check_generator


def count(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def test_motionkit_finds_it_by_its_name():
    assert load("generator", "g3an") is G3anGenerator


@pytest.fixture(scope="module")
def full() -> tuple[G3anGenerator, torch.nn.Module]:
    """Generator and objective at their defaults, without memory for their weights."""
    with torch.device("meta"):
        generator = G3anGenerator(G3anGenerator.Config())
        return generator, generator.Objective(generator.Objective.Config(), generator)


def test_the_defaults_have_as_many_parameters_as_the_authors_networks(full):
    generator, objective = full
    assert count(generator) == 22_925_955
    assert (count(objective.critics["clip"]), count(objective.critics["image"])) == (8_347_009, 2_764_737)
    assert generator.noise_sizes == {"motion": 10, "appearance": 128}
    assert generator.grid == (16, 16) and generator.max_seconds == 1 and generator.continuous is False
    assert generator.image_size == 64


def test_attention_has_as_many_parameters_as_the_authors(full, tiny):
    assert count(full[0]) + count(FactorisedAttention(256)) == 23_090_437
    assert (
        tiny(attention=True).attention[0].value.in_channels == 2 * 4
    )  # twice the last width but one: 128 at full size


def test_every_layer_is_spectrally_normalised(full):
    convolutions = (torch.nn.Conv2d, torch.nn.Conv3d, torch.nn.ConvTranspose3d)
    for network in (full[0], full[1].critics, FactorisedAttention(8)):
        layers = [module for module in network.modules() if isinstance(module, convolutions)]
        assert len(layers) >= 6
        assert all(hasattr(layer, "parametrizations") for layer in layers)


def test_it_keeps_the_contract_of_a_generator(tiny, tiny_objective):
    check_generator(G3anGenerator, tiny().config, objective=tiny_objective)


def test_a_block_grows_appearance_in_space_motion_in_time_and_video_in_both():
    block = G3Block(appearance=3, video=7, motion=2, width=5, space=TWICE, time=TWICE)
    appearance, video, motion = block(
        torch.randn(2, 3, 1, 4, 4), torch.randn(2, 7, 4, 4, 4), torch.randn(2, 2, 4, 1, 1)
    )
    assert (appearance.shape, motion.shape) == ((2, 5, 1, 8, 8), (2, 5, 8, 1, 1))
    assert video.shape == (2, 10, 8, 8, 8)
    # Half of the video is the appearance, the same in every frame.
    assert torch.equal(video[:, :5], appearance.expand(-1, -1, 8, -1, -1))


def test_motion_is_added_to_the_video_and_is_the_same_at_every_place():
    block = G3Block(3, 5, 2, width=4, space=TWICE, time=SAME).eval()
    inputs = torch.randn(1, 3, 1, 4, 4), torch.randn(1, 5, 4, 4, 4), torch.randn(1, 2, 4, 1, 1)
    _, video, motion = block(*inputs)
    own = block.video(inputs[1])
    torch.testing.assert_close(video[:, 4:] - own, motion.expand_as(own))
    assert motion.abs().max() > 0


def test_the_first_block_makes_4_frames_of_4_by_4():
    block = G3Block(3, 5, 2, width=4, space=FROM_ONE_TO_FOUR, time=FROM_ONE_TO_FOUR)
    _, video, _ = block(torch.randn(2, 3, 1, 1, 1), torch.randn(2, 5, 1, 1, 1), torch.randn(2, 2, 1, 1, 1))
    assert video.shape == (2, 8, 4, 4, 4)


def test_some_biases_have_no_effect_in_training_and_all_else_has(tiny, has_no_effect):
    """In double precision, where rounding is some ten orders of magnitude smaller than the least gradient."""
    generator = tiny(attention=True).double().train()
    for layer in generator.attention:
        torch.nn.init.ones_(layer.gamma)
    rng = torch.Generator().manual_seed(0)
    noise = {part: value.double() for part, value in generator.fresh_noise(2, rng).items()}
    video = generator(noise, generator.grid.times_T)
    (video * torch.randn(video.shape, generator=rng)).sum().backward()
    greatest = {name: float(value.grad.abs().max()) for name, value in generator.named_parameters()}
    idle = {name for name in greatest if has_no_effect(name)}
    assert len(idle) == 5 * 4 + 3
    assert max(greatest[name] for name in idle) < 1e-10
    assert min(gradient for name, gradient in greatest.items() if name not in idle) > 1e-4


@torch.no_grad()
def test_held_motion_noise_holds_the_motion_stream_and_held_appearance_noise_that_of_appearance(tiny):
    generator = tiny().eval()
    streams: list[tuple[torch.Tensor, ...]] = []
    generator.blocks[-1].register_forward_hook(lambda _, inputs, streams_out: streams.append(streams_out))
    noise, other = generator.noise(2, seed=0), generator.noise(2, seed=1)
    times_T = frame_times(1, 16)
    video = generator(noise, times_T)
    for held, varied, stream in (("motion", "appearance", 2), ("appearance", "motion", 0)):
        streams.clear()
        mixed = generator(noise | {varied: other[varied]}, times_T)
        generator(noise, times_T)
        assert torch.equal(streams[0][stream], streams[1][stream]), held
        assert not torch.allclose(streams[0][2 - stream], streams[1][2 - stream])
        assert not torch.allclose(mixed, video, atol=1e-3)


@torch.no_grad()
def test_at_each_time_the_nearest_frame_is_shown_and_none_after_the_last(tiny):
    generator = tiny().eval()
    noise = generator.noise(2, seed=0)
    whole = generator.clip(noise["appearance"], noise["motion"])
    assert whole.shape == (2, 16, 3, 64, 64)
    torch.testing.assert_close(generator(noise, frame_times(1, 16)), whole)
    torch.testing.assert_close(generator(noise, torch.tensor([0.0, 0.07, 0.12, 0.99])), whole[:, [0, 0, 1, 15]])
    times_BT = torch.tensor([[1 / 16, 2 / 16], [0.5, 1.0]])
    torch.testing.assert_close(generator(noise, times_BT)[1], whole[1, [7, 15]])
    with pytest.raises(ConfigError, match=r"16 frames at 16 a second, 1 s, but a frame at 1\.2 s was asked for"):
        generator(noise, torch.tensor([1.2]))


@torch.no_grad()
@pytest.mark.parametrize("frames", [4, 8, 16])
def test_frames_are_doubled_as_often_as_the_config_asks(frames):
    generator = G3anGenerator(G3anGenerator.Config(widths=(4, 4, 4), frames=frames, fps=8))
    assert generator.grid == (frames, 8)
    assert generator.clip(torch.randn(2, 128), torch.randn(2, 10)).shape == (2, frames, 3, 16, 16)


def test_frames_that_no_doubling_reaches_are_refused():
    with pytest.raises(ConfigError, match=r"frames must be one of 4, 8, 16, 32, 64, but is 12"):
        build_config(G3anGenerator.Config, overrides={"frames": 12}, where="generator")
