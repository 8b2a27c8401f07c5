"""The pendulum: its period, its energy, its ranges, and what is drawn of it."""

import math

import numpy as np
import pytest
import torch

from motionkit.datasets.pendulum import (
    GRAVITY,
    LEAST,
    SWING,
    Pendulum,
    PendulumClip,
    Pendulums,
    draw,
)
from motionkit.numerics.pendulum_state import ANGLE_UNIT, RATE_UNIT
from motionkit.testing import check_dataset

FINE = torch.linspace(0, 4, 4001, dtype=torch.float64)


def solved(pendulum: Pendulum, seconds: float = 4.0) -> tuple[torch.Tensor, torch.Tensor]:
    """theta and theta' on a fine grid, in float64."""
    return tuple(torch.from_numpy(PendulumClip(pendulum, seconds, "a test").solution(FINE.numpy())))


def test_contract() -> None:
    check_dataset(Pendulums)


@pytest.mark.parametrize("length", [0.25, 1.0, 3.0])
def test_a_small_swing_has_the_period_of_a_harmonic(length: float) -> None:
    theta, _ = solved(Pendulum(damping=0.0, length=length, theta=1e-3, rate=0.0))
    expected = 1e-3 * torch.cos(math.sqrt(GRAVITY / length) * FINE)  # period 2 pi sqrt(L / g)
    assert (theta - expected).abs().max() < 2e-9


def test_a_small_damped_swing_dies_away_as_its_closed_form_says() -> None:
    damping, stiffness = 0.8, GRAVITY
    theta, _ = solved(Pendulum(damping, 1.0, theta=1e-3, rate=0.0))
    beat = math.sqrt(stiffness - damping**2 / 4)
    expected = torch.exp(-damping / 2 * FINE) * (torch.cos(beat * FINE) + damping / 2 / beat * torch.sin(beat * FINE))
    assert (theta - 1e-3 * expected).abs().max() < 2e-9


def test_energy_is_lost_to_damping_alone() -> None:
    pendulum = Pendulum(damping=0.6, length=0.7, theta=1.8, rate=1.0)
    theta, rate = solved(pendulum)
    energy = rate**2 / 2 - GRAVITY / pendulum.length * torch.cos(theta)
    lost = torch.cumulative_trapezoid(pendulum.damping * rate**2, FINE)  # dE/dt = -(B / M) theta'^2
    assert (energy[0] - energy[1:] - lost).abs().max() < 1e-4
    assert (energy.diff() <= 1e-9).all()


def test_without_damping_a_wide_swing_keeps_its_energy() -> None:
    theta, rate = solved(Pendulum(damping=0.0, length=0.2, theta=2.0, rate=0.0))
    energy = rate**2 / 2 - GRAVITY / 0.2 * torch.cos(theta)
    assert (energy - energy[0]).abs().max() < 1e-6


def test_constants_lie_where_they_were_promised_and_vary() -> None:
    clips = [clip.pendulum for clip in (Pendulums(Pendulums.Config())[index] for index in range(1000))]
    lengths = np.array([pendulum.length for pendulum in clips])
    assert lengths.min() >= LEAST and min(pendulum.damping for pendulum in clips) >= 0
    # The mean of N(1, 1) cut off below 0.2 is 1.37, its standard deviation 0.75.
    density, above = math.exp(-0.32) / math.sqrt(2 * math.pi), (1 + math.erf(0.8 / math.sqrt(2))) / 2
    assert abs(lengths.mean() - (1 + density / above)) < 4 * 0.75 / math.sqrt(1000)


def test_states_fill_the_range_of_keypoints_and_never_go_over_the_top() -> None:
    data, times_T = Pendulums(Pendulums.Config(clips=200)), torch.linspace(0, 4, 65)
    states_BTK2 = torch.stack([data[index].window(times_T).keypoints_TK2 for index in range(200)])
    reach = states_BTK2.abs().amax((0, 1, 2))
    assert (reach <= 1).all() and reach[0] > 0.9 and reach[1] > 0.5
    assert SWING[1] <= ANGLE_UNIT < math.pi
    assert 2 * math.sqrt(GRAVITY / LEAST) * math.sin(SWING[1] / 2) < RATE_UNIT


def test_a_start_has_the_energy_of_its_swing() -> None:
    for index in range(50):
        pendulum = Pendulums(Pendulums.Config())[index].pendulum
        height = math.cos(pendulum.theta) - pendulum.rate**2 * pendulum.length / (2 * GRAVITY)
        assert SWING[0] - 1e-9 <= math.acos(height) <= SWING[1] + 1e-9


def test_the_same_clip_has_the_same_bytes_in_any_dataset_that_has_it() -> None:
    times_T = torch.linspace(0, 4, 9, dtype=torch.float64)
    few, many = (Pendulums(Pendulums.Config(clips=clips))[3].window(times_T, 16) for clips in (4, 400))
    assert torch.equal(few.keypoints_TK2, many.keypoints_TK2)
    assert torch.equal(few.video_TCHW, many.video_TCHW)
    other = Pendulums(Pendulums.Config(seed=1))[3].window(times_T)
    assert not torch.allclose(few.keypoints_TK2, other.keypoints_TK2, atol=1e-2)


def test_the_bob_hangs_down_at_rest_and_swings_to_the_right() -> None:
    frames = draw(np.array([0.0, math.pi / 2]), 1.0, 64)  # the rod is 0.45 long: 14 pixels
    assert frames.shape == (2, 3, 64, 64) and abs(frames).max() <= 1
    redness = frames[:, 0] - frames[:, 2]
    for frame, place in zip(redness, ((46, 32), (32, 46)), strict=True):
        row, column = (np.indices(frame.shape) * np.maximum(frame, 0)).sum((1, 2)) / np.maximum(frame, 0).sum()
        assert abs(row - place[0]) < 1.5 and abs(column - place[1]) < 1.5
