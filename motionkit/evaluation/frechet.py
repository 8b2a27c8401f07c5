"""Frechet distance between two samples, each taken for a Gaussian."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


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
    root_a, root_b = _root(a), _root(b)
    # With S = R^T R for both, S_a S_b has the eigenvalues of (R_a R_b^T)(R_a R_b^T)^T beside zeros, so the trace of
    # its root is the sum of the singular values of R_a R_b^T, at whatever rank.
    overlap = np.linalg.svd(root_a @ root_b.T, compute_uv=False).sum()
    return float(shift @ shift + np.square(root_a).sum() + np.square(root_b).sum() - 2 * overlap)


def _root(sample_ND: NDArray[np.float64]) -> NDArray[np.float64]:
    """R of min(N, D) rows with R^T R the sample's covariance; D x D matrices would be slow where D is great."""
    centred_ND = (sample_ND - sample_ND.mean(0)) / np.sqrt(len(sample_ND) - 1)
    if len(centred_ND) <= centred_ND.shape[1]:
        return centred_ND
    triangle_DD: NDArray[np.float64] = np.linalg.qr(centred_ND, mode="r")
    return triangle_DD
