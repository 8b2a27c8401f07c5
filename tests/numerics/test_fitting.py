"""States are found again from what they move like."""

import pytest
import torch
from torch import Tensor

from motionkit.numerics.fitting import STEPS, fit_state

TIMES_T = torch.arange(16) / 16


def swing(state_BD: Tensor) -> Tensor:
    """One turn a second from (x, y), which goes around the origin: one keypoint, (B, T, 1, 2)."""
    angle_T = 2 * torch.pi * TIMES_T
    turns_T22 = torch.stack([angle_T.cos(), -angle_T.sin(), angle_T.sin(), angle_T.cos()], -1).unflatten(-1, (2, 2))
    return torch.einsum("tij,bj->bti", turns_T22, state_BD)[:, :, None]


def test_the_state_of_a_known_motion_is_found_from_nearby():
    true_BD = torch.tensor([[0.8, -0.3], [0.1, 0.5]])
    found_BD = fit_state(swing, true_BD + torch.tensor([[0.3, 0.4], [-0.4, 0.1]]), swing(true_BD))
    torch.testing.assert_close(found_BD, true_BD, rtol=0, atol=1e-2)


def test_clips_are_fitted_alone():
    true_BD, start_BD = torch.rand(3, 2, generator=torch.Generator().manual_seed(0)), torch.zeros(3, 2)
    together_BD = fit_state(swing, start_BD, swing(true_BD))
    alone_BD = fit_state(swing, start_BD[1:2], swing(true_BD[1:2]))
    torch.testing.assert_close(together_BD[1:2], alone_BD)


def test_each_step_is_told_and_can_be_the_last():
    told = []
    fit_state(swing, torch.zeros(1, 2), swing(torch.ones(1, 2)), lambda *numbers: told.append(numbers))
    assert told == [(done, STEPS) for done in range(1, STEPS + 1)]

    def stop(done: int, steps: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_state(swing, torch.zeros(1, 2), swing(torch.ones(1, 2)), stop)
