"""The rules of every objective, whatever it trains."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from motionkit.interfaces import Clips, Objective, Phase, Skeleton, TrainingConfig
from motionkit.testing.clips import random_clips
from motionkit.testing.declaration import Declaration, check_declaration, check_round_trip
from motionkit.testing.modules import check_gradients, check_registered, moved, under_seed
from motionkit.testing.rules import Report, broken, examine, small


def check_game(
    component: type[Any],
    trains: tuple[str, ...],
    build: Callable[[TrainingConfig], Objective],
    config: TrainingConfig | None,
    skeleton: Skeleton,
    on_pass: Report,
) -> None:
    """Checks that an objective keeps the contract of :class:`Objective`.

    Args:
        component: the class.
        trains: what it may train.
        build: makes one of its settings and of fresh networks.
        config: by default the preset ``small``, or the defaults where there is none.
        skeleton: of the real clips.
        on_pass: called with the sentence of each rule that held.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
    """
    check_declaration(Declaration(component, Objective, {"trains": trains, "encodes": (True, False)}), on_pass)
    settings: Any = config or small(component, "objective")
    examine(component, RULES, _Game(build, settings, skeleton), on_pass)


CLIPS = 3
"""Clips of a batch: an odd number, since a device's share of a batch may be any."""

Losses = Mapping[str, Tensor]


@dataclass(frozen=True)
class _Game:
    build: Callable[[TrainingConfig], Objective]
    config: TrainingConfig
    skeleton: Skeleton

    def make(self) -> Objective:
        """A fresh objective in training mode, each weight moved a little."""
        return moved(under_seed(0, lambda: self.build(self.config))).train()

    def openings(self, objective: Objective) -> Iterator[tuple[int, Clips]]:
        """The number of the first step of each phase, and real clips for it."""
        step = 0
        for phase in objective.phases:
            yield step, self.real(objective, phase)
            step += phase.steps or 0

    def real(self, objective: Objective, phase: Phase) -> Clips:
        """Clips of a phase's shape, of noise instead of people."""
        size, batch = objective.image_size, min(CLIPS, phase.batch)
        return random_clips(batch, phase.frames, self.skeleton, size, fps=objective.fps, seed=phase.frames)

    def play(self, objective: Objective, step: int, real: Clips, elsewhere: int = 0) -> tuple[Losses, Losses]:
        """A step as the training loop plays it, without its updates: losses of the critics, and of the generator.

        Args:
            objective: in training mode.
            step: its number.
            real: clips of its phase.
            elsewhere: seed of torch's global generator, on which nothing may depend.
        """
        rng = torch.Generator().manual_seed(step)

        def play() -> tuple[Losses, Losses]:
            made = objective.generate(real, rng, step)
            critics = objective.critics_losses(real, made, rng)
            objective.critics.requires_grad_(False)
            generator = objective.generator_losses(real, made, rng)
            objective.critics.requires_grad_(True)
            return critics, generator

        return under_seed(elsewhere, play)


def settled(it: _Game) -> None:
    """It keeps its config, a TrainingConfig that survives JSON, and says what its real clips are."""
    if not isinstance(it.config, TrainingConfig):
        broken("expected Config to be a subclass of TrainingConfig, which holds batch, rates and steps")
    check_round_trip(it.config)
    objective = it.make()
    if getattr(objective, "config", None) != it.config:
        broken("expected .config as given; call super().__init__(config, generator, critics) first in __init__")
    for name, kind, what in (("frames", int, "a positive int"), ("fps", (int, float), "a positive number")):
        value = getattr(objective, name, None)
        if not isinstance(value, kind) or value <= 0:
            broken(f"expected {name} to be {what}, but it is {value!r}; set it in __init__")


def sides(it: _Game) -> None:
    """Each of its parameters is either a learner's or a critic's, and each of its tensors is registered."""
    objective = it.make()
    check_registered(objective)
    learners, critics = (
        {id(weight) for weight in side.parameters()} for side in (objective.learners, objective.critics)
    )
    for name, parameter in objective.named_parameters():
        if parameter.requires_grad and id(parameter) not in learners | critics:
            broken(
                f"expected every parameter among learners or critics, but {name} is in neither, so nothing trains it; "
                "give super().__init__ all critics as one module"
            )
        if id(parameter) in learners & critics:
            broken(f"expected learners and critics apart, but {name} is in both; copy what they are to share")


def phases(it: _Game) -> None:
    """Its phases are well formed: all but the last say how long they last, and all numbers are positive."""
    objective = it.make()
    found = list(objective.phases)
    if not found:
        broken("expected a phase, but there is none; leave phases as inherited for one that lasts for ever")
    for number, phase in enumerate(found, 1):
        which = f"phase {number} of {len(found)}"
        if not isinstance(phase, Phase):
            broken(f"expected {which} to be a Phase, but it is {type(phase).__name__}")
        if (phase.steps is None) != (number == len(found)):
            broken(f"expected steps=None in the last phase and in no other, but {which} has steps={phase.steps}")
        for name in ("steps", "batch", "frames"):
            value = getattr(phase, name)
            if value is not None and (not isinstance(value, int) or value < 1):
                broken(f"expected {name} to be a positive int, but {which} has {name}={value!r}")
        if not (
            phase.generator_rate > 0 and phase.discriminator_rate > 0 and all(0 <= beta < 1 for beta in phase.betas)
        ):
            broken(f"expected rates above 0 and betas in [0, 1), but {which} is {phase}")
    if found[-1].frames != objective.frames:
        broken(f"expected frames to be those of the last phase, {found[-1].frames}, but it is {objective.frames}")


def plays(it: _Game) -> None:
    """In every phase it plays with real clips of that phase's shape, at irregular times; its losses are finite."""
    objective = it.make()
    for step, real in it.openings(objective):
        critics, generator = it.play(objective, step, real)
        _check_losses("critics_losses", critics)
        _check_losses("generator_losses", generator)
        if not generator:
            broken(f"expected losses of the generator in every step, but generator_losses returns none in step {step}")


def untouched(it: _Game) -> None:
    """A step leaves the real clips as they are."""
    objective = it.make()
    for step, real in it.openings(objective):
        before = copy.deepcopy(real)
        it.play(objective, step, real)
        for name in ("times", "keypoints", "video"):
            old, new = getattr(before, name), getattr(real, name)
            if old is not None and not torch.equal(old, new):
                broken(f"expected the real clips untouched, but their {name} changed; an operation in place?")


def critics_learn(it: _Game) -> None:
    """The critics' losses reach every parameter of the critics, and nothing of what the others train."""
    objective = it.make()
    for step, real in it.openings(objective):
        losses, _ = it.play(objective, step, real)
        if losses:
            _backward("critics_losses", losses)
    for name, parameter in objective.learners.named_parameters("learners"):
        if parameter.grad is not None:
            broken(f"expected no gradient from the critics' losses at {name}, but there is one; detach what was made")
    check_gradients(objective.critics, "critics")


def generator_learns(it: _Game) -> None:
    """The generator's losses reach every parameter of the generator, and of the encoder if there is one."""
    objective = it.make()
    for step, real in it.openings(objective):
        _, losses = it.play(objective, step, real)
        _backward("generator_losses", losses)
    check_gradients(objective.learners, "learners")


def repeats(it: _Game) -> None:
    """The same weights and the same rng give the same losses, whatever torch's global generator holds."""
    one, two = it.make(), it.make()
    for step, real in it.openings(one):
        for before, after in zip(it.play(one, step, real, 1), it.play(two, step, real, 2), strict=True):
            _check_same(
                before, after, "from the same seeds", "pass rng to every random call, and let none be dropout's"
            )


def goes_on(it: _Game) -> None:
    """What it remembers from step to step is in its state_dict, so that a resumed training goes on with it."""
    one, two = it.make(), it.make()
    for step, real in it.openings(one):
        it.play(one, step, real)
        two.load_state_dict(copy.deepcopy(one.state_dict()))
        for before, after in zip(it.play(one, step, real), it.play(two, step, real), strict=True):
            _check_same(before, after, "from a loaded state", "keep in buffers what it remembers")


@torch.no_grad()
def sampled(it: _Game) -> None:
    """Its samples are finite clips, as many of each kind as there are real ones."""
    objective = it.make()
    real = it.real(objective, objective.phases[-1])
    for networks in (objective.train(), objective.eval()):
        kinds = under_seed(0, lambda: networks.samples(real, torch.Generator().manual_seed(0)))  # noqa: B023
        if not isinstance(kinds, Mapping) or not kinds:
            broken(f"expected samples to return clips by what they are made from, but it returns {kinds!r:.60}")
        for kind, clips in kinds.items():
            if not isinstance(clips, Clips):
                broken(f"expected samples '{kind}' to be Clips, but they are {type(clips).__name__}")
            if len(clips) != len(real):
                broken(f"expected {len(real)} samples '{kind}', as many as real clips, but there are {len(clips)}")
            for name, part in (("keypoints", clips.keypoints), ("video", clips.video)):
                if part is not None and part.shape[1] != clips.times.shape[-1]:
                    broken(
                        f"expected a time for each frame of samples '{kind}', but there are {clips.times.shape[-1]} "
                        f"times and {part.shape[1]} frames of {name}"
                    )
                if part is not None and not part.isfinite().all():
                    broken(f"expected finite numbers, but the {name} of samples '{kind}' hold infinity or NaN")


def devices(it: _Game) -> None:
    """It plays on every device that is here."""
    for device in ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]:
        objective = it.make().to(device)
        for step, real in it.openings(objective):
            for losses in it.play(objective, step, real.to(device)):
                for name, value in losses.items():
                    if value.device.type != device:
                        broken(
                            f"expected loss '{name}' on {device}, but it is on {value.device}; "
                            "what is drawn from rng is on the CPU, and must be moved"
                        )


RULES = (
    settled,
    sides,
    phases,
    plays,
    untouched,
    critics_learn,
    generator_learns,
    repeats,
    goes_on,
    sampled,
    devices,
)


def _check_losses(of: str, losses: object) -> None:
    if not isinstance(losses, Mapping):
        broken(f"expected {of} to return losses by name, but it returns {type(losses).__name__}")
    for name, value in losses.items():
        if not isinstance(value, Tensor) or value.ndim or not value.isfinite():
            broken(f"expected loss '{name}' to be a finite scalar, but it is {value!r:.60}; forgotten .mean()?")


def _backward(of: str, losses: Losses) -> None:
    total = torch.stack(list(losses.values())).sum()
    if not total.requires_grad:
        broken(f"expected losses that a gradient passes through, but {of} returns others; detached, or no_grad?")
    total.backward()


def _check_same(before: Losses, after: Losses, whence: str, cause: str) -> None:
    if before.keys() != after.keys():
        broken(f"expected the same losses {whence}, but there are {', '.join(before)} and then {', '.join(after)}")
    for name, value in before.items():
        if not torch.equal(value, after[name]):
            broken(
                f"expected the same loss '{name}' {whence}, but it is {value:.6g} and then {after[name]:.6g}; {cause}"
            )
