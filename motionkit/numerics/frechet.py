"""Frechet distance between two samples, each taken for a Gaussian."""

import numpy as np
import scipy.linalg
from numpy.typing import ArrayLike, NDArray


def frechet_distance(a_ND: ArrayLike, b_MD: ArrayLike) -> float:
    """Squared 2-Wasserstein distance between the Gaussians that two samples have the means and covariances of.

    With a mean and a covariance S of each it is::

        |mean_a - mean_b|^2 + trace(S_a + S_b - 2 (S_a S_b)^(1/2))

    Range 0 and up, lower is closer, in the units of the features squared. Two finite samples of one distribution are
    not at distance 0: print the distance of two real samples of the same sizes beside it.

    Args:
        a_ND: features of shape (N, D), N >= 2; computed in float64.
        b_MD: features of shape (M, D), M >= 2.
    """
    a, b = np.asarray(a_ND, np.float64), np.asarray(b_MD, np.float64)
    shift = a.mean(0) - b.mean(0)
    root_a, root_b = _root(a), _root(b)
    # With S = R^T R, S_a S_b has the eigenvalues of (R_a R_b^T)(R_a R_b^T)^T, whose roots are singular values: no
    # square root of a matrix is taken, and a singular covariance does no harm.
    overlap = scipy.linalg.svdvals(root_a @ root_b.T).sum()
    return float(shift @ shift + (root_a**2).sum() + (root_b**2).sum() - 2 * overlap)


def _root(a_ND: NDArray[np.float64]) -> NDArray[np.float64]:
    """A matrix R of at most D rows for which R^T R is the covariance."""
    deviations = (a_ND - a_ND.mean(0)) / np.sqrt(len(a_ND) - 1)
    if a_ND.shape[0] <= a_ND.shape[1]:
        return deviations
    (root,) = scipy.linalg.qr(deviations, mode="r", check_finite=False)
    return root[: a_ND.shape[1]]
