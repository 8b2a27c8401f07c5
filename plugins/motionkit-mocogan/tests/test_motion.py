import torch
from motionkit_mocogan.generator import latent_points
from motionkit_mocogan.motion import MocoganMotion
from torch import nn

from motionkit.numerics.streams import fresh_normals
from motionkit.numerics.timeline import frame_times
from motionkit.testing import check_motion


def test_it_keeps_the_contract_of_a_motion_model_in_its_own_space_and_for_a_body():
    check_motion(MocoganMotion, skeleton=latent_points(5))
    check_motion(MocoganMotion)


def test_each_frame_is_one_step_of_a_gru_cell_from_the_noise():
    torch.manual_seed(0)
    motion = MocoganMotion(MocoganMotion.Config(), latent_points(5))
    noise_BD = motion.sample_noise(3, torch.Generator().manual_seed(0))
    assert torch.equal(motion.initial_value(noise_BD), noise_BD)
    cell = nn.GRUCell(10, 10)
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in motion.recurrent.state_dict().items()})
    fresh_SBD = fresh_normals(noise_BD, 16, 10, block=16)
    made_BTK2 = motion(noise_BD, frame_times(1, 16))
    state_BD = noise_BD
    for step in range(16):
        state_BD = cell(fresh_SBD[step], state_BD)
        torch.testing.assert_close(made_BTK2[:, step].flatten(1), state_BD)


def test_at_time_0_the_points_are_the_noise():
    motion = MocoganMotion(MocoganMotion.Config(), latent_points(5))
    noise_BD = motion.sample_noise(2, torch.Generator().manual_seed(0))
    torch.testing.assert_close(motion(noise_BD, torch.zeros(1))[:, 0].flatten(1), noise_BD)
