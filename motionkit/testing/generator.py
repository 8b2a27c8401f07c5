"""The contract of video generators, each with the objective that trains it."""

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from motionkit.interfaces import COCO17, ComponentConfig, ConfigError, Grid, Objective, TrainingConfig, WholeGenerator
from motionkit.testing.declaration import Declaration, check_declaration
from motionkit.testing.game import check_game
from motionkit.testing.modules import (
    STATE_RULES,
    Network,
    check_tensor,
    gap,
    running_estimates,
    same,
    under_seed,
)
from motionkit.testing.rules import Report, broken, examine, silent, small


def check_generator(
    component: type[Any],
    config: ComponentConfig | None = None,
    *,
    objective: TrainingConfig | None = None,
    on_pass: Report = silent,
) -> None:
    """Checks that a video generator keeps the contract of :class:`WholeGenerator`, and its objective that of its own.

    Args:
        component: the class.
        config: by default the preset ``small``, or the defaults where there is none.
        objective: settings of its objective; by default likewise.
        on_pass: called with the sentence of each rule that held.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
    """
    check_declaration(Declaration(component, WholeGenerator), on_pass)
    generator = _Generator(component, config or small(component, "generator"), None)
    examine(component, RULES, generator, on_pass)

    # After those, because a generator must be made before its objective can be.
    def build(settings: TrainingConfig) -> Objective:
        game: Objective = component.Objective(settings, generator.raw())
        return game

    def on_pass_too(sentence: str) -> None:
        on_pass(f"Its objective: {sentence}")

    check_game(component.Objective, ("generator",), build, objective, COCO17, on_pass_too)


@dataclass(frozen=True)
class _Generator(Network):
    def inputs(self, batch: int = 3, seed: int = 0) -> tuple[Tensor | None, ...]:
        module = self.raw()
        return (irregular(module), *noise_of(module, batch, seed).values())

    def outputs(self, module: Any, inputs: tuple[Tensor | None, ...]) -> dict[str, Tensor]:
        times, *parts = inputs
        return {"the video": module(dict(zip(module.noise_sizes, parts, strict=True)), times)}


def noise_of(module: Any, batch: int, seed: int = 0) -> dict[str, Tensor]:
    """Noise of that many clips, each part from a generator of its own."""
    return {
        part: module.sample_noise(part, batch, torch.Generator().manual_seed(seed + 100 * number))
        for number, part in enumerate(module.noise_sizes)
    }


def rng() -> torch.Generator:
    """A generator that is always the same."""
    return torch.Generator().manual_seed(7)


def irregular(module: Any) -> Tensor:
    """Times at no frame rate, as late as the module can make them."""
    return min(1.0, module.max_seconds or 1.0) * torch.tensor([0.07, 0.11, 0.5, 0.52, 1.0])


def says(it: _Generator) -> None:
    """It says its noise, its picture's size, and on which grid its frames lie, if they lie on one."""
    module = it.make()
    sizes = module.noise_sizes
    if not sizes or not all(isinstance(size, int) and size > 0 for size in sizes.values()):
        broken(f"expected noise_sizes to map each part to a positive int, but it is {dict(sizes)!r}")
    if not isinstance(module.image_size, int) or module.image_size < 1:
        broken(f"expected image_size to be a positive int, but it is {module.image_size!r}")
    grid = module.grid
    if grid is not None and (not isinstance(grid, Grid) or not all(0 < number < math.inf for number in grid)):
        broken(f"expected grid to be a Grid of positive numbers, or None for frames anywhere, but it is {grid!r}")
    if not isinstance(module.continuous, bool):
        broken(f"expected continuous to be True or False, but it is {module.continuous!r}")
    longest = module.max_seconds
    if grid is not None and (module.continuous or longest != grid.seconds):
        broken(
            f"expected continuous=False and max_seconds={grid.seconds:g} of a generator with {grid}, but they are "
            f"{module.continuous} and {longest}; leave both as inherited"
        )
    if longest is not None and not 0 < longest < math.inf:
        broken(f"expected max_seconds to be positive, or None for any length, but it is {longest!r}")


def sampled_noise(it: _Generator) -> None:
    """Each part of its noise is (B, D) float32, drawn on the CPU from the generator handed in."""
    module = it.make()
    for part, size in module.noise_sizes.items():
        for batch in (1, 3):
            one, two = (under_seed(seed, lambda: module.sample_noise(part, batch, rng())) for seed in (1, 2))  # noqa: B023
            check_tensor(f"noise '{part}'", one, (batch, size), "(B, D)")
            if not torch.equal(one, two):
                broken(f"expected the same noise '{part}' from the same generator; pass it to every random call")


@torch.no_grad()
def shapes(it: _Generator) -> None:
    """Video is finite float32 (B, T, 3, H, W) in [-1, 1], for 1 and 3 clips and for any number of times."""
    module = it.make()
    size = module.image_size
    for batch in (1, 3):
        for frames in (1, 5):
            video = module(noise_of(module, batch), irregular(module)[:frames])
            check_tensor("video", video, (batch, frames, 3, size, size), "(B, T, 3, H, W)")
            low, high = video.min().item(), video.max().item()
            if low < -1 or high > 1:
                broken(f"expected video in [-1, 1], but it reaches from {low:.3g} to {high:.3g}; end with tanh?")


@torch.no_grad()
def follows(it: _Generator) -> None:
    """Frames differ between times, and with each part of the noise."""
    module = it.trained()
    noises, times = noise_of(module, 2), irregular(module)
    video = module(noises, times)
    if same(video[:, 0], video[:, -1]):
        broken("expected motion, but the first frame and the last are the same; does forward use the times?")
    for part in noises:
        if same(video, module(noises | {part: noises[part].flip(0)}, times)):
            broken(f"expected other clips from other noise '{part}', but they are the same; does forward use it?")


@torch.no_grad()
def company(it: _Generator) -> None:
    """In evaluation mode a clip is alike alone and beside others."""
    module = it.trained()
    noises, times = noise_of(module, 3), irregular(module)
    together = module(noises, times)
    for clip in range(3):
        alone = module({part: value[clip : clip + 1] for part, value in noises.items()}, times)[0]
        if not same(alone, together[clip]):
            broken(
                f"expected clip {clip} alike alone and in a batch of 3, but it differs by "
                f"{gap(alone, together[clip])}; batch statistics, or noise drawn for the batch as a whole?"
            )


@torch.no_grad()
def shared_times(it: _Generator) -> None:
    """Shared times give the same frames, whatever times are asked for beside them, and times may differ by clip."""
    module = it.trained()
    noises, times = noise_of(module, 2), irregular(module)
    whole = module(noises, times)
    denser = torch.cat([times, torch.linspace(0.01, 0.99, 9) * times[-1]]).sort().values
    among = module(noises, denser)[:, torch.searchsorted(denser, times)]
    alone = module(noises, times[2:3])
    own = module(noises, torch.stack([times, times.roll(0) * 0.5 + 0.5 * times[-1]]))
    for how, wanted, found in (
        ("with denser times asked for", whole, among),
        ("with no other time asked for", whole[:, 2:3], alone),
        ("with times of shape (B, T)", whole[0], own[0]),
    ):
        if not same(wanted, found):
            broken(
                f"expected the same frames at shared times, but {how} they differ by {gap(wanted, found)}; "
                "are frames laid out from the times asked for?"
            )


@torch.no_grad()
def nearest(it: _Generator) -> None:
    """A generator with a grid shows at each time the nearest of its frames."""
    module = it.trained()
    grid = module.grid
    if grid is None:
        return
    # A third of a frame early or late, and for the first frame as early as a time may be.
    beside_T = grid.times_T + torch.tensor([-1.0, 1.0]).repeat(grid.frames)[: grid.frames] / (3 * grid.fps)
    times_T = torch.cat([torch.zeros(1), beside_T.clamp(max=grid.seconds)])
    noises = noise_of(module, 2)
    own, shown = module(noises, grid.times_T), module(noises, times_T)
    wanted = own[:, grid.nearest(times_T)]
    if not same(wanted, shown):
        broken(
            f"expected at each time the nearest of the frames on {grid}, but between them other frames are shown, "
            f"that differ by {gap(wanted, shown)}; index the frames by grid.nearest(times)"
        )


@torch.no_grad()
def lengths(it: _Generator) -> None:
    """A time that it has no frame for raises ConfigError."""
    module = it.make()
    if module.max_seconds is None:
        return
    try:
        module(noise_of(module, 1), torch.tensor([0.5, 1.5]) * module.max_seconds)
    except ConfigError:
        return
    broken(
        f"expected ConfigError at {1.5 * module.max_seconds:g} s, later than max_seconds, but there was none; "
        "grid.nearest(times) raises it"
    )


RULES = (says, sampled_noise, shapes, follows, company, shared_times, nearest, lengths, running_estimates, *STATE_RULES)
