"""Smoothing takes the tremble and leaves the movement: no lag, no bias, on any times."""

import numpy as np
import pytest

from motionkit.preparation.smoothing import SmoothConfig, accelerations, smooth

EVEN = np.arange(200) / 25
UNEVEN = np.cumsum(np.random.default_rng(0).uniform(0.02, 0.06, 200))
ON = SmoothConfig(method="zero-phase")


def waves(times_T, hertz):
    """One keypoint that swings across and, a quarter of a turn later, down."""
    return np.stack([np.sin(2 * np.pi * hertz * times_T), np.cos(2 * np.pi * hertz * times_T)], axis=-1)[:, None]


@pytest.mark.parametrize("times_T", [EVEN, UNEVEN], ids=["even", "uneven"])
def test_noise_goes_and_the_movement_stays(times_T):
    true = waves(times_T, 1.0)
    found = true + 0.05 * np.random.default_rng(1).standard_normal(true.shape)
    smoothed = smooth(times_T, found, ON)
    assert np.abs(smoothed - true).mean() < 0.8 * np.abs(found - true).mean()
    kept, before = accelerations(times_T, smoothed), accelerations(times_T, found)
    assert kept.mean() < 0.65 * before.mean()
    later = {lag: (smoothed * waves(times_T - lag, 1.0)).sum() for lag in np.arange(-5, 6) / 100}
    assert max(later, key=lambda lag: later[lag]) == 0


@pytest.mark.parametrize("times_T", [EVEN, UNEVEN], ids=["even", "uneven"])
def test_what_moves_with_constant_acceleration_is_left_as_it_is_up_to_the_ends(times_T):
    thrown = (0.3 + 0.5 * times_T - 0.2 * times_T**2)[:, None, None] * np.array([1.0, -2.0])
    np.testing.assert_allclose(smooth(times_T, thrown, ON), thrown, atol=1e-7)


def test_the_cutoff_is_where_it_says():
    times_T = np.arange(4000) / 500
    for cutoff in (2.0, 6.0):
        passed = smooth(times_T, waves(times_T, cutoff), SmoothConfig(method="zero-phase", cutoff=cutoff))
        assert np.abs(passed[1000:3000, :, 0]).max() == pytest.approx(np.sqrt(0.5), abs=0.01)


def test_the_same_movement_is_smoothed_alike_at_any_rate():
    fine, coarse = np.arange(1000) / 120, np.arange(250) / 30
    passed = smooth(fine, waves(fine, 3.0), ON)[::4]
    np.testing.assert_allclose(smooth(coarse, waves(coarse, 3.0), ON)[10:-10], passed[10:-10], atol=0.02)


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_too_few_frames_for_a_parabola_stay_as_they_are(frames):
    keypoints = np.random.default_rng(2).uniform(-1, 1, (frames, 17, 2))
    np.testing.assert_allclose(smooth(EVEN[:frames], keypoints, ON), keypoints, atol=1e-9)
    assert accelerations(EVEN[:frames], keypoints).shape == (max(0, frames - 2), 17)


def test_a_gap_is_no_trouble():
    times_T = np.concatenate([EVEN[:50], EVEN[50:] + 5])
    keypoints = waves(times_T, 0.5)
    np.testing.assert_allclose(smooth(times_T, keypoints, ON), keypoints, atol=0.01)


def test_none_is_none():
    keypoints = np.random.default_rng(3).uniform(-1, 1, (200, 17, 2))
    assert smooth(EVEN, keypoints, SmoothConfig()) is keypoints
