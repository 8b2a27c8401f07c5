import numpy as np
import pytest

from motionkit.numerics.frechet import frechet_distance


def test_of_gaussians_with_commuting_covariances_has_a_closed_form() -> None:
    rng = np.random.default_rng(0)
    sample = rng.standard_normal((200_000, 3))
    sample = (sample - sample.mean(0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(sample.T))).T  # whitened exactly
    shift, scale = np.array([1.0, -2.0, 0.5]), np.array([2.0, 1.0, 0.5])
    truth = (shift**2).sum() + ((scale - 1) ** 2).sum()
    assert frechet_distance(sample, sample * scale + shift) == pytest.approx(truth, rel=1e-9)


def test_agrees_with_the_matrix_square_root() -> None:
    import scipy.linalg

    rng = np.random.default_rng(1)
    a, b = rng.standard_normal((50, 6)) @ rng.standard_normal((6, 6)), rng.standard_normal((40, 6))
    covariance_a, covariance_b = np.cov(a.T), np.cov(b.T)
    root = scipy.linalg.sqrtm(covariance_a @ covariance_b).real
    truth = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(covariance_a + covariance_b - 2 * root)
    assert frechet_distance(a, b) == pytest.approx(truth, rel=1e-8)


def test_is_zero_symmetric_and_bears_fewer_samples_than_features() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.standard_normal((10, 30)), rng.standard_normal((12, 30))
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a), rel=1e-6)
    assert frechet_distance(a, b) > 1


def test_more_samples_than_features_and_fewer_agree_with_the_definition() -> None:
    import scipy.linalg

    rng = np.random.default_rng(3)
    a, b = rng.standard_normal((9, 6)), rng.standard_normal((5, 6))  # more, and fewer
    covariance_a, covariance_b = np.cov(a.T), np.cov(b.T)
    root = scipy.linalg.sqrtm(covariance_a)
    overlap = np.sqrt(np.linalg.eigvalsh(root @ covariance_b @ root).clip(min=0)).sum()
    truth = ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(covariance_a + covariance_b) - 2 * overlap
    assert frechet_distance(a, b) == pytest.approx(truth, rel=1e-6)
