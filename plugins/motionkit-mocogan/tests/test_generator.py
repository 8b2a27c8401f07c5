import pytest
import torch
from motionkit_mocogan.generator import MocoganGenerator

from motionkit.interfaces import ConfigError, PluginError
from motionkit.numerics.timeline import frame_times
from motionkit.registry import load
from motionkit.testing import check_generator


def test_motionkit_finds_it_by_its_name():
    assert load("generator", "mocogan") is MocoganGenerator
    for group in ("motion", "renderer"):
        assert load(group, "mocogan").__module__.startswith("motionkit_mocogan")


def test_the_defaults_have_as_many_parameters_as_the_authors_networks():
    with torch.device("meta"):
        generator = MocoganGenerator(MocoganGenerator.Config())
        objective = generator.Objective(generator.Objective.Config(), generator)
    networks = (generator, objective.critics["image"], objective.critics["clip"])
    counts = [sum(parameter.numel() for parameter in network.parameters()) for network in networks]
    assert counts == [3_298_836, 663_296, 11_253_504]
    assert generator.noise_sizes == {"motion": 6 + 10, "appearance": 50}


@pytest.mark.parametrize("motion", ["mocogan", "ode", "sde"])
def test_it_keeps_the_contract_of_a_generator_whatever_moves_in_its_latent_space(tiny, tiny_objective, motion):
    settings = {} if motion == "mocogan" else {"hidden": 8, "width": 16}
    check_generator(MocoganGenerator, tiny(motion=motion, motion_settings=settings).config, objective=tiny_objective)


def test_its_own_motion_is_on_a_grid_and_any_length_can_be_asked_for(tiny):
    generator = tiny()
    assert generator.continuous is False and generator.grid is None and generator.max_seconds is None
    assert generator.skeleton is None
    assert generator.sample(2, times=frame_times(3, 16)).video_BTCHW.shape == (2, 48, 3, 16, 16)


@pytest.mark.parametrize("motion", ["ode", "sde"])
def test_with_a_continuous_motion_there_is_a_frame_at_every_time(tiny, motion):
    generator = tiny(motion=motion, motion_settings={"hidden": 8, "width": 16})
    assert generator.continuous is True
    slow, fast = (generator.sample(2, times=frame_times(1, fps)).video_BTCHW for fps in (15, 60))
    torch.testing.assert_close(fast[:, 3::4], slow)
    assert generator.nfe
    # Three frames in four lie between the slow ones, and are no copies of them.
    steps = (fast[:, 1:] - fast[:, :-1]).abs().amax((2, 3, 4))
    assert (steps > 1e-5).all()


@torch.no_grad()
def test_held_motion_noise_holds_the_path_and_the_category_while_the_appearance_varies(tiny):
    generator = tiny().eval()
    noise, other = generator.noise(3, seed=0), generator.noise(3, seed=1)
    mixed = {"motion": noise["motion"], "appearance": other["appearance"]}
    times_T = frame_times(1, 16)
    assert torch.equal(generator.code(mixed, times_T), generator.code(noise, times_T))
    assert torch.equal(generator.look(mixed)[:, 50:], generator.look(noise)[:, 50:])
    assert not torch.allclose(generator(mixed, times_T), generator(noise, times_T), atol=1e-3)


@torch.no_grad()
def test_held_appearance_noise_holds_the_content_while_the_motion_varies(tiny):
    generator = tiny().eval()
    noise, other = generator.noise(3, seed=0), generator.noise(3, seed=1)
    mixed = {"motion": other["motion"], "appearance": noise["appearance"]}
    times_T = frame_times(1, 16)
    assert torch.equal(generator.look(mixed)[:, :50], generator.look(noise)[:, :50])
    assert torch.equal(generator.code(mixed, times_T), generator.code(other, times_T))
    assert not torch.allclose(generator(mixed, times_T), generator(noise, times_T), atol=1e-3)


@torch.no_grad()
def test_a_clip_drawn_in_pieces_is_the_clip_drawn_whole(tiny, monkeypatch):
    generator = tiny().eval()
    times_T = frame_times(1, 16)
    whole = generator(generator.noise(2, seed=0), times_T)
    monkeypatch.setattr(MocoganGenerator, "CHUNK", 10)
    pieces = list(generator.pieces(generator.noise(2, seed=0), times_T))
    assert [piece.video_BTCHW.shape[1] for piece in pieces] == [5, 5, 5, 1]
    assert torch.equal(torch.cat([piece.times for piece in pieces]), times_T)
    torch.testing.assert_close(torch.cat([piece.video_BTCHW for piece in pieces], dim=1), whole)


def test_settings_reach_the_motion_model_and_wrong_ones_are_refused(tiny):
    assert tiny(motion_settings={"fps": 25}).motion.config.fps == 25
    with pytest.raises(ConfigError, match=r"generator\.motion_settings\.fp is not a setting.*did you mean.*fps"):
        tiny(motion_settings={"fp": 25})
    with pytest.raises(PluginError, match="there is no motion 'odd'"):
        tiny(motion="odd")
