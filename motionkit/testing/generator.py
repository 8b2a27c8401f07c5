"""The contract of video generators, and of the objectives that train them."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from motionkit.config import build_config
from motionkit.interfaces import ComponentConfig, ConfigError, Noise, TrainingConfig, VideoGenerator, VideoObjective
from motionkit.testing.declaration import Declaration, check_declaration, check_round_trip
from motionkit.testing.modules import (
    STATE_RULES,
    Network,
    check_gradients,
    check_tensor,
    gap,
    running_estimates,
    same,
    seeded,
)
from motionkit.testing.rules import Report, broken, examine, silent, small


def check_generator(
    component: type[Any],
    config: ComponentConfig | None = None,
    *,
    objective: TrainingConfig | None = None,
    on_pass: Report = silent,
) -> None:
    """Checks that a video generator keeps the contract of :class:`VideoGenerator`, and its objective that of its own.

    Args:
        component: the class.
        config: by default the preset ``small``, or the defaults where there is none.
        objective: settings of its objective; by default likewise.
        on_pass: called with the sentence of each rule that held.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
    """
    check_declaration(Declaration(component, VideoGenerator), on_pass)
    config = config or small(component, "generator")
    examine(component, RULES, _Generator(component, config, None), on_pass)

    # After those, because a generator must be made before its objective can be.
    def on_pass_too(sentence: str) -> None:
        on_pass(f"Its objective: {sentence}")

    check_declaration(Declaration(component.Objective, VideoObjective), on_pass_too)
    objective = objective or build_config(component.Objective.Config, preset="small", where="video_stage")
    examine(component.Objective, OBJECTIVE_RULES, _Game(component, config, objective), on_pass_too)


@dataclass(frozen=True)
class _Generator(Network):
    def inputs(self, batch: int = 3, seed: int = 0) -> tuple[Tensor | None, ...]:
        module = self.raw()
        return (irregular(module), *noise_of(module, batch, seed).values())

    def outputs(self, module: Any, inputs: tuple[Tensor | None, ...]) -> dict[str, Tensor]:
        times, *parts = inputs
        return {"the video": module(dict(zip(module.noise_sizes, parts, strict=True)), times)}


@dataclass(frozen=True)
class _Game:
    component: type[Any]
    config: ComponentConfig
    settings: TrainingConfig
    clips: int = 2

    def make(self) -> tuple[Any, Any]:
        """A generator in training mode, and its objective."""
        generator = _Generator(self.component, self.config, None).make().train()
        return generator, seeded(1, lambda: self.component.Objective(self.settings, generator))

    def generate(self, generator: Any, objective: Any, seed: int = 0) -> Any:
        """What the objective has the generator make, at the times of real clips."""
        times_BT = (torch.arange(1, objective.frames + 1) / objective.fps).expand(self.clips, -1)
        noises = noise_of(generator, self.clips, seed)
        return seeded(0, lambda: objective.generate(generator, noises, times_BT, rng()))

    def real(self, generator: Any, objective: Any) -> Tensor:
        """Clips of noise in the shape of real ones."""
        size = generator.image_size
        return torch.rand(self.clips, objective.frames, 3, size, size, generator=rng()) * 2 - 1


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
    """It says its noise, its picture's size, how long its clips may be, and whether its time is continuous."""
    module = it.make()
    sizes = module.noise_sizes
    if not sizes or not all(isinstance(size, int) and size > 0 for size in sizes.values()):
        broken(f"expected noise_sizes to map each part to a positive int, but it is {dict(sizes)!r}")
    if not isinstance(getattr(module, "continuous", None), bool):
        broken(f"expected continuous to be True or False, but it is {getattr(module, 'continuous', None)!r}")
    if not isinstance(module.image_size, int) or module.image_size < 1:
        broken(f"expected image_size to be a positive int, but it is {module.image_size!r}")
    longest = module.max_seconds
    if longest is not None and not 0 < longest < float("inf"):
        broken(f"expected max_seconds to be positive, or None for any length, but it is {longest!r}")


def sampled_noise(it: _Generator) -> None:
    """Each part of its noise is (B, D) float32, drawn on the CPU from the generator handed in."""
    module = it.make()
    for part, size in module.noise_sizes.items():
        for batch in (1, 3):
            one, two = (seeded(seed, lambda: module.sample_noise(part, batch, rng())) for seed in (1, 2))  # noqa: B023
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
        "numerics.timeline.nearest_frames raises it"
    )


RULES = (says, sampled_noise, shapes, follows, company, shared_times, lengths, running_estimates, *STATE_RULES)


def settled(it: _Game) -> None:
    """It keeps its config, a TrainingConfig that survives JSON, and says the frames of its real clips."""
    if not isinstance(it.settings, TrainingConfig):
        broken("expected Config to be a subclass of TrainingConfig, which holds batch, rates and steps")
    check_round_trip(it.settings)
    generator, objective = it.make()
    if getattr(objective, "config", None) != it.settings:
        broken("expected .config as given; call super().__init__(config, generator) first in __init__")
    for name, value in (("frames", getattr(objective, "frames", None)), ("fps", getattr(objective, "fps", None))):
        if not isinstance(value, int | float) or value <= 0:
            broken(f"expected {name} to be a positive number, but it is {value!r}; set it in __init__")
    if any(parameter is mine for parameter in generator.parameters() for mine in objective.parameters()):
        broken("expected the objective to hold critics alone, but it holds the generator too; don't keep it")


def played(it: _Game) -> None:
    """It makes clips of the real ones' shape, the same from the same seed, and cuts no gradient."""
    generator, objective = it.make()
    made, again = it.generate(generator, objective), it.generate(*it.make())
    if not made or not all(isinstance(value, Tensor) for value in made.values()):
        broken(f"expected generate to return tensors by name, but it returns {type(made).__name__}")
    for name, value in made.items():
        if not torch.equal(value, again[name]):
            broken(f"expected the same '{name}' from the same seeds, but it differs; is rng passed to random calls?")
    if not any(value.requires_grad for value in made.values()):
        broken("expected clips that gradients pass through, but none does; made without gradients, or detached?")


def critics_learn(it: _Game) -> None:
    """The critics' losses are finite scalars that reach every critic's parameter, and nothing of the generator."""
    generator, objective = it.make()
    made: Noise = {name: value.detach() for name, value in it.generate(generator, objective).items()}
    losses = seeded(0, lambda: objective.train()(it.real(generator, objective), made, rng()))
    _sum(losses, "forward").backward()
    check_gradients(objective, "the critics'")
    if any(parameter.grad is not None for parameter in generator.parameters()):
        broken("expected no gradient at the generator from the critics' losses, but there is one")


def generator_learns(it: _Game) -> None:
    """The generator's losses are finite scalars that reach every parameter of the generator."""
    generator, objective = it.make()
    made = it.generate(generator, objective)
    losses = seeded(0, lambda: objective.train().requires_grad_(False).generator_losses(made, rng()))
    _sum(losses, "generator_losses").backward()
    check_gradients(generator, "the generator's")


def _sum(losses: object, of: str) -> Tensor:
    if not isinstance(losses, dict) or not losses:
        broken(f"expected {of} to return losses by name, but it returns {type(losses).__name__}")
    for name, value in losses.items():
        if not isinstance(value, Tensor) or value.ndim or not value.isfinite():
            broken(f"expected loss '{name}' to be a finite scalar, but it is {value!r:.60}; forgotten .mean()?")
    return torch.stack(list(losses.values())).sum()


OBJECTIVE_RULES = (settled, played, critics_learn, generator_learns)
