"""Frechet distance between two samples, each taken for a Gaussian."""

import numpy as np
import scipy.linalg
from numpy.typing import ArrayLike


def frechet_distance(a_ND: ArrayLike, b_ND: ArrayLike) -> float:
    """Squared 2-Wasserstein distance between the Gaussians that two samples have the means and covariances of.

        |mean_a - mean_b|^2 + trace(S_a + S_b - 2 (S_a S_b)^(1/2))

    Range 0 and up, lower is closer, in the units of the features squared. Two finite samples of one distribution are
    not at distance 0: print the distance of two real samples of the same sizes beside it.

    Args:
        a_ND: features of shape (N, D), N >= 2; computed in float64.
        b_ND: features of shape (M, D).
    """
    a, b = np.asarray(a_ND, np.float64), np.asarray(b_ND, np.float64)
    shift = a.mean(0) - b.mean(0)
    covariance_a, covariance_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    # (S_a S_b)^(1/2) has the trace of (R S_b R)^(1/2) with R = S_a^(1/2); the latter is symmetric, so that its
    # eigenvalues are real and a singular covariance does no harm.
    values, vectors = scipy.linalg.eigh(np.atleast_2d(covariance_a))
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    product = scipy.linalg.eigvalsh(root @ np.atleast_2d(covariance_b) @ root)
    overlap = np.sqrt(product.clip(min=0)).sum()
    return float(
        shift @ shift + np.trace(np.atleast_2d(covariance_a)) + np.trace(np.atleast_2d(covariance_b)) - 2 * overlap
    )
