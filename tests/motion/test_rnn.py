"""A recurrent network: its own clock, and straight lines between its steps."""

import torch

from motionkit.motion.rnn import RnnMotion


def test_rnn_is_linear_between_its_steps(build, noise):
    model = build(RnnMotion, fps=10)
    steps = model(noise(model), torch.arange(6) / 10)
    between = model(noise(model), (torch.arange(5) + 0.25) / 10)
    torch.testing.assert_close(between, 0.75 * steps[:, :-1] + 0.25 * steps[:, 1:])


def test_rnn_steps_follow_its_own_clock(build, noise):
    """Its grid is part of the model: the same weights on another grid are other motion."""
    times_T = torch.arange(1, 6) / 10
    slow, fast = build(RnnMotion, fps=10), build(RnnMotion, fps=20)
    assert not torch.allclose(slow(noise(slow), times_T), fast(noise(fast), times_T))
