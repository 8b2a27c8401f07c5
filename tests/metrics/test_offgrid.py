import math

import pytest
import torch
from torch import Tensor

from motionkit.interfaces import COCO17, Clips, ConfigError
from motionkit.metrics.offgrid import OffgridError, OffgridFrechet, midway_deviation, with_middles

GRID = torch.arange(1, 17, dtype=torch.float64) / 16


def sample(path: Tensor) -> Clips:
    """Clips (B, S) of one joint that moves along x."""
    keypoints = torch.stack([path, torch.zeros_like(path)], -1)[:, :, None]
    return Clips(with_middles(GRID), keypoints)


def error(path: Tensor) -> Tensor:
    return OffgridError(OffgridError.Config(), COCO17).features(sample(path))[:, 0]


def test_the_middles_lie_midway() -> None:
    times = with_middles(torch.tensor([0.0, 1.0, 4.0]))
    assert times.tolist() == [0.0, 0.5, 1.0, 2.5, 4.0]


def test_a_linear_interpolator_deviates_by_exactly_nothing() -> None:
    grid = torch.randn(3, 16, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    path = torch.empty(3, 31, dtype=torch.float64)
    path[:, ::2] = grid
    path[:, 1::2] = (grid[:, 1:] + grid[:, :-1]) / 2
    assert error(path).tolist() == [0, 0, 0]


def test_a_model_of_steps_that_shows_its_nearest_frame_is_found_out() -> None:
    path = (with_middles(GRID) * 16).floor()[None]
    assert float(error(path)) == pytest.approx(0.5)


def test_a_harmonic_oscillator_deviates_as_its_equation_says() -> None:
    omega, amplitude = 9.0, 0.4
    times = with_middles(GRID)
    path = amplitude * torch.sin(omega * times)[None]
    middles = times[1::2]
    truth = amplitude * torch.sin(omega * middles) * (1 - math.cos(omega / 32))
    torch.testing.assert_close(midway_deviation(path[..., None, None])[0, :, 0, 0], truth)
    assert float(error(path)) == pytest.approx(float(truth.square().mean().sqrt()))


def test_the_distance_tells_an_interpolator_from_the_truth() -> None:
    metric = OffgridFrechet(OffgridFrechet.Config(), COCO17)
    phases = torch.rand(3, 40, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 2 * math.pi
    times = with_middles(GRID)
    real, other, curved = (torch.sin(9 * times + phase[:, None]) for phase in phases)
    linear = curved.clone()
    linear[:, 1::2] = (curved[:, 2::2] + curved[:, :-2:2]) / 2
    real_ND, other_ND, curved_ND, linear_ND = (metric.features(sample(path)) for path in (real, other, curved, linear))
    assert metric.score(real_ND, curved_ND) < 2 * metric.score(real_ND, other_ND)
    assert metric.score(real_ND, linear_ND) > 5 * metric.score(real_ND, other_ND)


def test_one_frame_has_no_between() -> None:
    with pytest.raises(ConfigError, match="two frames"):
        OffgridError(OffgridError.Config(), COCO17).features(Clips(torch.ones(1), torch.zeros(1, 1, 17, 2)))
