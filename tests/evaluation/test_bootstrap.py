import numpy as np
import pytest
import torch
from torch import Tensor

from motionkit.evaluation.bootstrap import bootstrap_interval
from motionkit.interfaces.seeding import seeded
from motionkit.numerics.frechet import frechet_distance


def mean(real: Tensor, other: Tensor) -> float:
    return float(other.mean())


def test_it_covers_the_mean_of_a_gaussian_about_95_times_in_100() -> None:
    covered = 0
    for trial in range(200):
        sample = 3 + torch.randn(60, 1, generator=seeded("sample", trial), dtype=torch.float64)
        low, high = bootstrap_interval(mean, sample, sample, 200, seeded("resample", trial))
        covered += low < 3 < high
    assert 0.89 <= covered / 200 <= 0.99


def test_its_width_is_that_of_the_normal_interval() -> None:
    sample = torch.randn(400, 1, generator=seeded("sample"), dtype=torch.float64)
    low, high = bootstrap_interval(mean, sample, sample, 2000, seeded("resample"))
    assert high - low == pytest.approx(2 * 1.96 * float(sample.std()) / 20, rel=0.08)


def test_it_lies_about_the_score_even_where_resampling_is_biased() -> None:
    a, b = (torch.randn(40, 60, generator=seeded(name)) for name in "ab")
    low, high = bootstrap_interval(frechet_distance, a, b, 50, seeded("resample"))
    assert low < frechet_distance(a, b) < high


def test_real_clips_can_be_held() -> None:
    seen: list[float] = []

    def watch(real: Tensor, other: Tensor) -> float:
        seen.append(float(real.sum()))
        return float(np.mean(seen))

    real = torch.arange(10.0)[:, None]
    bootstrap_interval(watch, real, real, 5, seeded(0), resample_real=False)
    assert set(seen) == {45.0}
