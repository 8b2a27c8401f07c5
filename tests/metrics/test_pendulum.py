"""Metrics of Eq. 8 on exact solutions, on motion that is none, and on noise."""

import math
from dataclasses import replace

import pytest
import torch
from scipy.optimize import nnls

from motionkit.datasets.pendulum import GRAVITY, Pendulum, PendulumClip, Pendulums
from motionkit.interfaces import COCO17, Clips, ConfigError
from motionkit.metrics.pendulum import PendulumConsistency, PendulumResidual, fit
from motionkit.numerics.pendulum_state import PENDULUM_STATE, keypoints
from motionkit.numerics.timeline import frame_times
from motionkit.testing import check_metric

GRID = frame_times(2.0, 16).double()


def metric(kind, **settings):
    return kind(kind.Config(**settings), PENDULUM_STATE)


def sample(theta_BT, rate_BT, times_T):
    return Clips(times_T, keypoints(theta_BT, rate_BT).float())


def real(times_T, clips=40):
    data = Pendulums(Pendulums.Config(clips=clips))
    return Clips(times_T, torch.stack([data[i].window(times_T).keypoints_TK2 for i in range(clips)]))


@pytest.mark.parametrize("kind", [PendulumResidual, PendulumConsistency])
def test_contract(kind):
    check_metric(kind, skeleton=PENDULUM_STATE)


@pytest.mark.parametrize("kind", [PendulumResidual, PendulumConsistency])
@pytest.mark.parametrize(("refine", "bound"), [(4, 1e-4), (1, 1e-2)])
def test_exact_solutions_leave_nothing(kind, refine, bound):
    judge = metric(kind, refine=refine)
    features = judge.features(real(judge.times(GRID)))
    assert features[:, 0].max() < bound
    assert judge.score(features, features) < bound


def test_the_constants_are_found():
    pendulum = Pendulum(damping=0.7, length=1.3, theta=1.5, rate=0.0)
    judge = metric(PendulumResidual)
    times_T = judge.times(GRID)
    window = PendulumClip(pendulum, 4.0, "a test").window(times_T)
    _, a, b = judge.explain(Clips(times_T, window.keypoints_TK2[None]))[0].tolist()
    assert a == pytest.approx(0.7, rel=1e-4) and b == pytest.approx(GRAVITY / 1.3, rel=1e-4)


@pytest.mark.parametrize("kind", [PendulumResidual, PendulumConsistency])
def test_noise_is_no_pendulum(kind):
    judge = metric(kind)
    times_T = judge.times(GRID)
    theta, rate = torch.randn(2, 20, len(times_T), generator=torch.Generator().manual_seed(0)).unbind(0)
    assert judge.features(sample(theta, rate, times_T))[:, 0].min() > 0.8


def test_more_noise_is_worse_and_a_score_is_the_mean_over_clips():
    judge = metric(PendulumResidual)
    times_T = judge.times(GRID)
    clean = real(times_T)
    noise = torch.randn(clean.keypoints_BTK2.shape, generator=torch.Generator().manual_seed(0))
    features = [
        judge.features(replace(clean, keypoints=clean.keypoints_BTK2 + level * noise))
        for level in (0.0, 1e-4, 1e-3, 1e-2)
    ]
    scores = [judge.score(features[0], rough) for rough in features]
    assert scores == sorted(scores) and scores[-1] > 100 * scores[0]
    assert scores[1] == pytest.approx(float(features[1][:, 0].mean()))


def test_a_pendulum_that_rises_by_itself_is_none():
    judge = metric(PendulumResidual)
    times_T = judge.times(GRID)
    rate = 3 * torch.exp(1.5 * times_T)[None] / math.exp(3)  # theta'' = 1.5 theta', as of negative damping
    assert judge.features(sample(rate / 1.5, rate, times_T))[0, 0] == pytest.approx(1.0)


@pytest.mark.parametrize(("theta", "residual"), [(0.0, 0.0), (1.0, 1.0)])
def test_a_bob_at_rest_is_a_pendulum_where_it_hangs_down(theta, residual):
    times_T = metric(PendulumResidual).times(GRID)
    still = sample(torch.full((1, len(times_T)), theta), torch.zeros(1, len(times_T)), times_T)
    assert metric(PendulumResidual).features(still)[0, 0] == residual
    assert metric(PendulumConsistency).features(still)[0, 0] == 0.0


@pytest.mark.parametrize(("factor", "expected"), [(1.0, 0.0), (-1.0, math.sqrt(2)), (0.0, 1.0)])
def test_consistency_of_a_rate_that_is_right_reversed_or_missing(factor, expected):
    judge = metric(PendulumConsistency)
    times_T = judge.times(GRID)
    clips = sample(torch.sin(3 * times_T)[None], factor * 3 * torch.cos(3 * times_T)[None], times_T)
    assert judge.features(clips)[0, 0] == pytest.approx(expected, abs=1e-4)


def test_the_fit_is_the_least_squares_fit_that_has_no_negative_constant():
    theta, rate, acceleration = torch.randn(3, 50, 30, generator=torch.Generator().manual_seed(1), dtype=torch.double)
    found = torch.stack(fit(theta, rate, acceleration), -1)
    for index in range(50):
        columns = torch.stack([rate[index], theta[index].sin()], -1).numpy()
        assert found[index].tolist() == pytest.approx(nnls(columns, -acceleration[index].numpy())[0], abs=1e-9)


def test_each_clip_can_have_times_of_its_own():
    judge = metric(PendulumConsistency)
    times_BT = torch.stack([judge.times(GRID), 2 * judge.times(GRID)])
    clips = sample(torch.sin(3 * times_BT), 3 * torch.cos(3 * times_BT), times_BT)
    assert judge.features(clips).max() < 1e-4


def test_other_data_and_too_few_frames_are_refused():
    other = PendulumResidual(PendulumResidual.Config(), COCO17)
    with pytest.raises(ConfigError, match="coco-17"):
        other.features(Clips(other.times(GRID), torch.zeros(2, 29, 17, 2)))
    few_T = metric(PendulumResidual).times(GRID[:2])
    with pytest.raises(ConfigError, match="7 moments"):
        metric(PendulumResidual).features(real(few_T, clips=2))
