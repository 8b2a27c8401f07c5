"""The objectives: what generator and critics play for (Eqs. 3, 4, 6 and 7)."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

EPSILON = 1e-5
"""Least denominator of the diversity losses, so that two outputs that coincide do not divide by zero."""


def discriminator_loss(real: Mapping[str, Tensor], fake: Mapping[str, Tensor]) -> Tensor:
    """Logistic loss of the critics, summed over them and averaged within each; the paper does not give its form."""
    return torch.stack([F.softplus(-real[name]).mean() + F.softplus(fake[name]).mean() for name in real]).sum()


def generator_loss(fake: Mapping[str, Tensor]) -> Tensor:
    """Non-saturating logistic loss of the generator, summed over the critics."""
    return torch.stack([F.softplus(-logits).mean() for logits in fake.values()]).sum()


def diversity_loss(noise_BD: Tensor, outputs: Tensor, other_noise_BD: Tensor, other_outputs: Tensor) -> Tensor:
    """Eqs. 3 and 6: distance of two noises over the distance of what they became; small where outputs are spread.

    The norms are mean absolute differences, so that the loss does not depend on the sizes of noise and output. The
    sums that the equations are written with differ from it by a constant factor.

    Args:
        noise_BD: z, of shape (B, D).
        outputs: what z became, of shape (B, ...).
        other_noise_BD: z', of the same shape as z.
        other_outputs: what z' became.
    """
    noise_distance = (noise_BD - other_noise_BD).abs().mean()
    output_distance = (outputs - other_outputs).abs().mean()
    return noise_distance / output_distance.clamp(min=EPSILON)
