"""The contract of metrics, each rule broken by one toy."""

import random
from typing import Any

import pytest
import torch
from torch import Tensor

from motionkit import registry
from motionkit.interfaces import Clips, ContractError
from motionkit.testing import check_metric
from motionkit.testing.toys import ToyMetric


def with_features(change: Any) -> type[ToyMetric]:
    """Its features go through ``change``."""

    class Changed(ToyMetric):
        def features(self, clips: Clips) -> Any:
            return change(super().features(clips))

    return Changed


def with_score(score: Any) -> type[ToyMetric]:
    class Changed(ToyMetric):
        def score(self, real_ND: Tensor, other_MD: Tensor) -> Any:
            return score(real_ND, other_MD)

    return Changed


def with_times(times: Any) -> type[ToyMetric]:
    class Changed(ToyMetric):
        def times(self, grid_T: Tensor) -> Any:
            return times(grid_T)

    return Changed


def with_attribute(**attributes: Any) -> type[ToyMetric]:
    return type("Changed", (ToyMetric,), attributes)


class Forgetful(ToyMetric):
    def __init__(self, config: Any, skeleton: Any) -> None:
        self.config = config


class Spoiling(ToyMetric):
    def features(self, clips: Clips) -> Tensor:
        result = super().features(clips).clone()
        clips.keypoints_BTK2.zero_()
        return result


def distance(real: Tensor, other: Tensor) -> float:
    return float((real.mean(0) - other.mean(0)).norm())


CASES: dict[str, tuple[Any, str]] = {
    "needs": (with_attribute(needs="sound"), "class attribute needs to be 'keypoints' or 'video' or 'both'"),
    "better": (with_attribute(better="smaller"), "class attribute better to be 'lower' or 'higher' or 'real'"),
    "reference": (with_attribute(reference="all"), "class attribute reference to be 'train' or 'test'"),
    "no skeleton": (Forgetful, "expected .config and .skeleton as given; call super"),
    "no span": (with_attribute(span=None), "expected the class attribute span to be two floats, but it is None"),
    "fallen span": (with_attribute(span=(1.0, 0.0)), "expected span to ascend"),
    "no text": (
        with_attribute(provenance=lambda self: {"weights": 1}),
        r"expected provenance\(\) to be a dict of text, but it is \{'weights': 1\}",
    ),
    "list of times": (with_times(lambda grid: grid.tolist()), r"expected times to be a tensor of seconds \(S,\)"),
    "list of starts": (with_attribute(starts=[0.0]), r"expected starts to be a tuple of seconds, but it is \[0.0\]"),
    "fallen starts": (with_attribute(starts=(3.0, 1.0)), "expected starts that ascend from 0 s or later"),
    "early starts": (with_attribute(starts=(-1.0, 1.0)), "expected starts that ascend from 0 s or later"),
    "a figure": (with_attribute(figures=lambda self, real, other: 1.0), r"expected figures\(\) to be a dict"),
    "infinite figure": (
        with_attribute(figures=lambda self, real, other: {"speed": float("inf")}),
        "expected the figure 'speed' to be a finite float, but it is inf",
    ),
    "other figures": (
        with_attribute(figures=lambda self, real, other: {str(len(other)): 1.0}),
        r"expected the same figures of any clips, but there are \['4'\] and \['5'\]",
    ),
    "late times": (with_times(lambda grid: grid + 1), "expected times that ascend from 0.125 to 0.25 s at most"),
    "changed times": (with_times(lambda grid: grid.mul_(0.5)), "expected the frame times untouched"),
    "one for all": (with_features(lambda it: it.mean(0)), r"expected features of shape \(1, D\) for 1 clips"),
    "integers": (with_features(Tensor.long), "expected features to be a tensor of floats"),
    "NaN": (with_features(lambda it: it / 0), "expected finite features"),
    "ragged": (
        with_features(lambda it: it[:, : len(it)]),
        r"as many features for 1 clip as for 3, but there are \[1, 3",
    ),
    "centred": (with_features(lambda it: it - it.mean(0)), "features of clip 0 to be the same alone and among 3"),
    "random": (with_features(lambda it: it + 1e-6 * random.random()), "expected the same features asked twice"),
    "spoiling": (Spoiling, "expected keypoints untouched"),
    "tensor": (with_score(lambda real, other: (real.mean() - other.mean()).abs()), "to be a finite float"),
    "infinite": (with_score(lambda real, other: float("inf")), "to be a finite float, but it is inf"),
    "outside": (with_score(lambda real, other: -1 - distance(real, other)), "a score within the span"),
    "dice": (with_score(lambda real, other: random.random()), "the same score of generated clips twice"),
    "pairs": (
        with_score(lambda real, other: float((real[: len(other)] - other[: len(real)]).norm())),
        "whatever the order of the real clips, but .* does it pair the clips",
    ),
    "upside down": (with_attribute(better="higher"), "is better the right way round"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_broken_metric_is_named(case: str) -> None:
    metric, message = CASES[case]
    with pytest.raises(ContractError, match=message):
        check_metric(metric)


def test_the_toy_is_correct() -> None:
    rules: list[str] = []
    check_metric(ToyMetric, on_pass=rules.append)
    assert len(rules) == 17


ELSEWHERE = {"lpips_diversity", "keypoints_followed", "pendulum_consistency", "pendulum_residual"}
"""Checked in their own tests: they need weights, clips that a network can read, or the keypoints of a pendulum."""

BUILT_IN = [plugin.name for plugin in registry.plugins("metric") if plugin.distribution == registry.BUILT_IN]


@pytest.mark.parametrize("name", [name for name in BUILT_IN if name not in ELSEWHERE])
def test_the_contract(name: str) -> None:
    check_metric(registry.load("metric", name))


def test_the_checks_leave_the_global_random_numbers_alone() -> None:
    state = torch.get_rng_state()
    check_metric(ToyMetric)
    assert torch.equal(state, torch.get_rng_state())
