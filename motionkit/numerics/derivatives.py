"""Derivatives by time of what is known at some moments."""

import torch
from torch import Tensor

STENCIL = (-1 / 60, 3 / 20, -3 / 4, 0.0, 3 / 4, -3 / 20, 1 / 60)
"""Weights of the central difference of sixth order for a step of 1; its error is the step^6 times the seventh
derivative over 140."""
MARGIN = len(STENCIL) // 2
"""Samples at either end where there is no central difference."""


def divided_difference(values: Tensor, times: Tensor, order: int) -> Tensor:
    """The derivative of that order, between the moments: (B, T - order, ...), in units of the values / s^order.

    Each difference is divided by the time between the middles of the two that it is taken of, so times need not be
    even. Where they are, this is the finite difference over the step's power.

    Args:
        values: (B, T, ...); in float64 for orders above 1, because high differences are of nearly equal numbers.
        times: seconds, ascending, (T,) for all clips or (B, T) for each.
        order: 1 for velocity, 2 for acceleration, 3 for jerk.
    """
    for _ in range(order):
        gaps = times.diff(dim=-1)
        values = values.diff(dim=1) / gaps.reshape(*gaps.shape, *[1] * (values.ndim - 2))
        times = (times[..., 1:] + times[..., :-1]) / 2
    return values


def central_difference(values_BT: Tensor, times: Tensor) -> Tensor:
    """The first derivative at all but the first and last three moments, (B, T - 6); for even times, and precise.

    Args:
        values_BT: evenly sampled, T > 6.
        times: seconds, (T,) for all clips or (B, T) for each.
    """
    step = (times[..., -1:] - times[..., :1]).to(values_BT) / (values_BT.shape[-1] - 1)
    stencil = torch.tensor(STENCIL, dtype=values_BT.dtype)
    return torch.nn.functional.conv1d(values_BT[:, None], stencil[None, None])[:, 0] / step
