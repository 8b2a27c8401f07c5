"""The contract of motion models."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from motionkit.interfaces import COCO17, ComponentConfig, MotionGenerator, Skeleton
from motionkit.testing.declaration import Declaration, check_declaration
from motionkit.testing.modules import NETWORK_RULES, Network, check_tensor, gap, noise, same, sampled_noise
from motionkit.testing.rules import Report, broken, examine, silent, small


def check_motion(
    component: type[Any],
    config: ComponentConfig | None = None,
    skeleton: Skeleton = COCO17,
    *,
    on_pass: Report = silent,
) -> None:
    """Checks that a motion model keeps the contract of :class:`MotionGenerator`.

    Args:
        component: the class.
        config: by default the preset ``small``, or the defaults where there is none.
        skeleton: the keypoints to make.
        on_pass: called with the sentence of each rule that held.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
    """
    flags = (True, False)
    check_declaration(Declaration(component, MotionGenerator, {"continuous": flags, "stochastic": flags}), on_pass)
    examine(component, RULES, _Motion(component, config or small(component, "motion"), skeleton), on_pass)


@dataclass(frozen=True)
class _Motion(Network):
    skeleton: Skeleton

    def inputs(self, batch: int = 3, seed: int = 0) -> tuple[Tensor | None, ...]:
        return noise(batch, self.raw().noise_size, seed), IRREGULAR

    def outputs(self, module: Any, inputs: tuple[Tensor | None, ...]) -> dict[str, Tensor]:
        return {"keypoints": module(*inputs), "the initial value": module.initial_value(inputs[0])}


IRREGULAR = torch.tensor([0.0, 0.03, 0.11, 0.5, 0.52, 0.9])
"""Seconds, at no frame rate."""


@torch.no_grad()
def initial_values(it: _Motion) -> None:
    """initial_value is (B, hidden), and follows the noise."""
    module = it.make()
    for batch in (1, 3):
        value = module.initial_value(noise(batch, module.noise_size))
        if not isinstance(value, Tensor) or value.ndim != 2:
            broken(f"expected initial_value of shape (B, hidden), but got {_shape(value)}")
        check_tensor("initial_value", value, (batch, value.shape[1]), "(B, hidden)")
    if same(value[0], value[1]):
        broken("expected other initial values from other noise, but two clips begin alike; does P use the noise?")


@torch.no_grad()
def shapes(it: _Motion) -> None:
    """Keypoints are finite float32 (B, T, K, 2), for 1 and 3 clips and for any number of times."""
    module = it.make()
    for batch in (1, 3):
        for frames in (1, 5, 33):
            keypoints = module(noise(batch, module.noise_size), torch.linspace(0, 1.5, frames))
            check_tensor("keypoints", keypoints, (batch, frames, it.skeleton.size, 2), "(B, T, K, 2)")


@torch.no_grad()
def moves(it: _Motion) -> None:
    """Keypoints differ between times and between clips."""
    module = it.make()
    keypoints = module(noise(2, module.noise_size), torch.tensor([0.2, 0.7]))
    if torch.equal(keypoints[:, 0], keypoints[:, 1]):
        broken("expected motion, but the keypoints at 0.2 s and 0.7 s are the same; does forward use the times?")
    if torch.equal(keypoints[0], keypoints[1]):
        broken("expected other motion from other noise, but two clips are the same; does forward use the noise?")


@torch.no_grad()
def company(it: _Motion) -> None:
    """A clip moves alike alone and beside others."""
    module = it.make()
    noises = noise(3, module.noise_size)
    together = module(noises, IRREGULAR)
    for clip in range(3):
        alone = module(noises[clip : clip + 1], IRREGULAR)[0]
        if not same(alone, together[clip]):
            broken(
                f"expected clip {clip} to move alike alone and in a batch of 3, but it differs by "
                f"{gap(alone, together[clip])}; batch statistics, or noise drawn for the batch as a whole?"
            )


@torch.no_grad()
def own_times(it: _Motion) -> None:
    """Times of shape (B, T) give each clip what its own (T,) gives it."""
    module = it.make()
    noises = noise(2, module.noise_size)
    times = torch.stack([IRREGULAR, 0.1 + 1.7 * IRREGULAR])
    together = module(noises, times)
    check_tensor("keypoints at (B, T) times", together, (2, times.shape[1], it.skeleton.size, 2), "(B, T, K, 2)")
    for clip in range(2):
        alone = module(noises[clip : clip + 1], times[clip])[0]
        if not same(alone, together[clip]):
            broken(
                f"expected clip {clip} of (B, T) times as its own (T,) gives it, but it differs by "
                f"{gap(alone, together[clip])}; are all clips solved at the first clip's times?"
            )


@torch.no_grad()
def shared_times(it: _Motion) -> None:
    """Shared times give the same keypoints, whatever times are asked for before, between and after them."""
    module = it.make()
    noises = noise(2, module.noise_size)
    asked = IRREGULAR[1:]
    others = {
        "earlier and denser times": torch.linspace(0, 0.88, 23),
        "later times": torch.tensor([0.95, 1.3, 2.6]),
        "no time but the last": None,
    }
    whole = module(noises, asked)
    for name, other in others.items():
        times = asked[-1:] if other is None else torch.cat([asked, other]).unique()
        shared = asked[-1:] if other is None else asked
        again = module(noises, times)[:, torch.searchsorted(times, shared)]
        before = whole[:, -1:] if other is None else whole
        if not same(before, again):
            broken(
                f"expected the same keypoints at shared times, but with {name} asked for they differ by "
                f"{gap(before, again)}; are the solver's steps, or the noise, laid out from the times asked for?"
            )


@torch.no_grad()
def evaluations(it: _Motion) -> None:
    """After a call, nfe is a positive int, or None for a model without a field."""
    module = it.make()
    module(*it.inputs())
    if module.nfe is not None and (not isinstance(module.nfe, int) or module.nfe < 1):
        broken(f"expected nfe to be a positive int or None after a call, but it is {module.nfe!r}")


def _shape(value: object) -> str:
    return str((*value.shape,)) if isinstance(value, Tensor) else type(value).__name__


RULES = (
    sampled_noise,
    initial_values,
    shapes,
    moves,
    company,
    own_times,
    shared_times,
    evaluations,
    *NETWORK_RULES,
)
