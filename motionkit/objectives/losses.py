"""What the games of both stages are made of: logistic losses, diversity, and what codes cost."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from motionkit.interfaces import Clips, Code

EPSILON = 1e-5
"""Least denominator of the diversity loss, so that two outputs that coincide do not divide by zero."""


def critics_loss(discriminator: nn.Module, real: Clips, made: Clips) -> Tensor:
    """Logistic loss of the critics, summed over them and averaged within each; the paper does not give its form.

    Args:
        discriminator: gives the logits of each critic by its name, high for real.
        real: clips.
        made: generated clips, as many; no gradient goes to what made them.
    """
    # One pass over both: half the calls.
    both: Mapping[str, Tensor] = discriminator(Clips.cat([real, made.detach()]))
    pairs = [logits.float().chunk(2) for logits in both.values()]
    return torch.stack([F.softplus(-real).mean() + F.softplus(fake).mean() for real, fake in pairs]).sum()


def fooling_loss(logits: Mapping[str, Tensor]) -> Tensor:
    """Non-saturating logistic loss of the generator, summed over the critics.

    Args:
        logits: what each critic says of generated clips, high for real.
    """
    return torch.stack([F.softplus(-values.float()).mean() for values in logits.values()]).sum()


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


def code_price(code: Code) -> Tensor:
    """Kullback-Leibler divergence of a code from N(0, I), in nats, summed over its numbers and averaged over clips.

    Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, appendix B.
    """
    mean_BD, log_variance_BD = (values.float() for values in code)
    return 0.5 * (mean_BD.square() + log_variance_BD.exp() - 1 - log_variance_BD).sum(1).mean()


def code_mismatch(codes_BD: Tensor) -> Tensor:
    """How far codes, taken together, are from N(0, I) in their second moments: |E[z z'] - I|^2 / D.

    The price keeps each code near noise; but that all of them together are like noise, for which fresh noise will have
    to stand in, it does not see to: they may all lie along a few directions. This is the squared maximum mean
    discrepancy with the kernel (z . z')^2, without bias, so that of few codes it may be below 0. Zhao et al.,
    "InfoVAE: balancing learning and inference in variational autoencoders", 2019, add one to the price.

    Args:
        codes_BD: one draw of the code of each clip of a batch; of one alone nothing can be told, so its mismatch is 0.
    """
    codes_BD = codes_BD.float()
    clips, size = codes_BD.shape
    if clips < 2:
        return codes_BD.new_zeros(())
    products_BB = codes_BD @ codes_BD.T
    squares_B = products_BB.diagonal()
    pairs = (products_BB.square().sum() - squares_B.square().sum()) / (clips * (clips - 1))
    return (pairs - 2 * squares_B.mean() + size) / size
