"""Ways between two points of Gaussian noise."""

import torch
from torch import Tensor

PARALLEL = 1e-4
"""Radians between two directions below which the way between them is taken to be straight."""


def great_circle(start_D: Tensor, end_D: Tensor, shares_S: Tensor) -> Tensor:
    """Points on the way from one noise to another along a sphere (White, "Sampling generative networks", 2016).

    Noise of D numbers N(0, I) nearly always has a length near sqrt(D), while the middle of the straight line between
    two of them is shorter by sqrt(2): noise that training never drew. So the direction turns at an even rate, and the
    length goes evenly from the one to the other.

    Args:
        start_D: not all zeros.
        end_D: likewise, and not opposite to it, where no way is the shortest.
        shares_S: of the way, in [0, 1].

    Returns:
        (S, D); the ends exactly at the shares 0 and 1, up to rounding.
    """
    lengths_2 = torch.stack([start_D, end_D]).norm(dim=1)
    start_D, end_D = start_D / lengths_2[0], end_D / lengths_2[1]
    angle = torch.arccos((start_D @ end_D).clamp(-1, 1))
    shares_S1 = shares_S[:, None]
    if angle < PARALLEL:
        directions_SD = torch.lerp(start_D, end_D, shares_S1)
    else:
        directions_SD = (((1 - shares_S1) * angle).sin() * start_D + (shares_S1 * angle).sin() * end_D) / angle.sin()
    return torch.lerp(lengths_2[0], lengths_2[1], shares_S1) * directions_SD
