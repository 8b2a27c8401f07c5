import math

import pytest
import torch

from motionkit.interfaces import COCO17, Clips, ConfigError
from motionkit.metrics.acceleration import Acceleration
from motionkit.metrics.jerk import Jerk
from motionkit.metrics.velocity import Velocity


def of(metric: type, keypoints: torch.Tensor, times: torch.Tensor) -> float:
    made = metric(metric.Config(), COCO17)
    features = made.features(Clips(times, keypoints))
    return made.score(features, features)


def circle(times: torch.Tensor) -> torch.Tensor:
    """Once around in a second, radius 1, (1, T, 1, 2)."""
    angle = 2 * math.pi * times.double()
    return torch.stack([angle.cos(), angle.sin()], dim=-1)[None, :, None]


@pytest.mark.parametrize(("metric", "order"), [(Velocity, 1), (Acceleration, 2), (Jerk, 3)])
def test_a_circle_has_the_chords_of_its_angle_to_each_order(metric: type, order: int) -> None:
    step = 1 / 32
    times = torch.arange(32, dtype=torch.float64) * step
    truth = (2 * math.sin(math.pi * step) / step) ** order
    assert of(metric, circle(times), times) == pytest.approx(truth, rel=1e-9)
    assert truth == pytest.approx((2 * math.pi) ** order, rel=0.01)


def test_acceleration_of_a_sinusoid_tends_to_its_second_derivative() -> None:
    times = torch.arange(1, 2001, dtype=torch.float64) / 1000
    x = torch.sin(3 * times)
    keypoints = torch.stack([x, torch.zeros_like(x)], -1)[None, :, None]
    truth = float((9 * x).abs().mean())
    assert of(Acceleration, keypoints, times) == pytest.approx(truth, rel=1e-2)


def test_uneven_times_change_nothing_of_even_motion() -> None:
    times = torch.tensor([0.0, 0.1, 0.15, 0.4, 0.5], dtype=torch.float64)
    line = times[None, :, None, None] * torch.tensor([3.0, 4.0], dtype=torch.float64)
    assert of(Velocity, line, times) == pytest.approx(5)
    assert of(Acceleration, line, times) == pytest.approx(0, abs=1e-9)
    assert of(Acceleration, line**2 / 2, times) == pytest.approx(math.hypot(9, 16))


def test_clips_that_are_too_short_are_told() -> None:
    with pytest.raises(ConfigError, match="4 frames, but the clips have 3"):
        of(Jerk, torch.zeros(1, 3, 1, 2), torch.arange(3.0))
