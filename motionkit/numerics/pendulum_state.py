"""The state of a pendulum as one keypoint, which is not its bob: x is theta and y is theta', each in a fixed unit.

So the keypoint is the pendulum's place in phase space.
"""

import torch
from torch import Tensor

from motionkit.interfaces import Skeleton

PENDULUM_STATE = Skeleton("pendulum-state", ("theta and its rate",), bones=(), mirror=(0,))
"""One keypoint (theta, theta'). A mirrored picture would change the sign of both; a skeleton's mirror can't say so."""

ANGLE_UNIT = 2.0
"""Radians at x = 1: no swing of the dataset ``pendulum`` reaches farther."""
RATE_UNIT = 12.0
"""Radians a second at y = 1. The fastest is 2 sqrt(g / 0.2) sin(2 / 2) = 11.8, at the bottom of the widest swing."""


def state(keypoints_BTK2: Tensor) -> tuple[Tensor, Tensor]:
    """The angle theta in radians and theta' in radians a second, each (..., T), of keypoints (..., T, 1, 2)."""
    theta, rate = keypoints_BTK2.squeeze(-2).unbind(-1)
    return theta * ANGLE_UNIT, rate * RATE_UNIT


def keypoints(theta_BT: Tensor, rate_BT: Tensor) -> Tensor:
    """Keypoints (..., T, 1, 2) of theta in radians and theta' in radians a second."""
    return torch.stack([theta_BT / ANGLE_UNIT, rate_BT / RATE_UNIT], -1).unsqueeze(-2)
