import torch

from motionkit.numerics.pendulum_state import PENDULUM_STATE, keypoints, state


def test_keypoints_are_states_and_back() -> None:
    theta, rate = torch.rand(2, 3, 5).unbind(0)
    again = state(keypoints(theta, rate))
    assert keypoints(theta, rate).shape == (3, 5, PENDULUM_STATE.size, 2)
    assert torch.allclose(again[0], theta) and torch.allclose(again[1], rate)
