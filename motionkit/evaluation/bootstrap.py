"""Intervals of scores, from resampled clips."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

CONFIDENCE = 0.95


def bootstrap_interval(
    score: Callable[[Tensor, Tensor], float],
    real_ND: Tensor,
    other_MD: Tensor,
    resamples: int,
    rng: torch.Generator,
    resample_real: bool = True,
) -> tuple[float, float]:
    """The 95 % interval of a score over the choice of clips (Efron and Tibshirani 1993, ch. 13).

    Clips of each set are drawn anew with replacement, and scored. A resampled set holds some clips twice, which moves
    distances between sets upwards and those within a set downwards; so the percentiles are those of the resampled
    scores about their own mean, set about the score itself. For a mean this is the percentile interval.

    Args:
        score: of two sets of features.
        real_ND: features of real clips.
        other_MD: features of those that are compared with them.
        resamples: how often the clips are drawn anew.
        rng: decides which.
        resample_real: False holds the real clips, where they are all there is rather than a sample.

    Returns:
        Its low and its high end.
    """
    scores = np.empty(resamples)
    for index in range(resamples):
        real = real_ND[_draw(len(real_ND), rng)] if resample_real else real_ND
        scores[index] = score(real, other_MD[_draw(len(other_MD), rng)])
    centre = score(real_ND, other_MD) - scores.mean()
    low, high = np.quantile(scores, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]) + centre
    return float(low), float(high)


def _draw(number: int, rng: torch.Generator) -> Tensor:
    return torch.randint(number, (number,), generator=rng)
