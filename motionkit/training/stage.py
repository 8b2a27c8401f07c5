"""A stage: one adversarial game, as the training loop plays it."""

import abc
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn

from motionkit.assembly import Choice
from motionkit.interfaces import Clips, ConfigError, Skeleton, TrainingConfig
from motionkit.windows import Windows


class Stage(abc.ABC):
    """One adversarial game between a generator and its critics; stages share the step below and nothing else.

    Attributes:
        name: of the stage, as the run folder's files have it.
        role: of the generator in a run folder: ``motion``, ``renderer`` or ``generator``.
        components: what the stage is made of: config sections and their plugin groups.
        cpu_threads: how many threads a step can use on a CPU; None for all that torch has.
    """

    name: ClassVar[str]
    role: ClassVar[str]
    components: ClassVar[Mapping[str, str]]
    cpu_threads: ClassVar[int | None] = None

    def __init__(self, generator: nn.Module, discriminator: nn.Module, config: TrainingConfig) -> None:
        self.config = config
        self.generator, self.discriminator = generator, discriminator
        self.generator_optimizer, self.discriminator_optimizer = (
            torch.optim.Adam(network.parameters(), lr=rate, betas=config.betas, weight_decay=config.weight_decay)
            for network, rate in ((generator, config.generator_rate), (discriminator, config.discriminator_rate))
        )

    @classmethod
    @abc.abstractmethod
    def settings(cls, choices: Mapping[str, Choice]) -> type[TrainingConfig]:
        """The class of the stage's settings, for the components chosen."""

    @classmethod
    @abc.abstractmethod
    def build(cls, choices: Mapping[str, Choice], skeleton: Skeleton, config: Any) -> "Stage":
        """The stage with fresh networks.

        Args:
            choices: by config section, those of :attr:`components`.
            skeleton: of the data.
            config: of the class that :meth:`settings` names.

        Raises:
            ConfigError: the components don't go together.
        """

    def prepare(self, accelerator: Accelerator) -> None:
        """Put each network on its device, with its optimiser, by itself."""
        self.accelerator = accelerator
        self.generator, self.generator_optimizer = accelerator.prepare(self.generator, self.generator_optimizer)
        self.discriminator, self.discriminator_optimizer = accelerator.prepare(
            self.discriminator, self.discriminator_optimizer
        )

    def share(self, devices: int) -> int:
        """Clips of a batch for each device.

        Raises:
            ConfigError: they can't all have the same number.
        """
        if self.config.batch % devices:
            raise ConfigError(f"{self.name}_stage.batch={self.config.batch} can't be shared by {devices} devices")
        return self.config.batch // devices

    def bare(self, network: nn.Module) -> Any:
        """A prepared network without its wrapper for several devices."""
        return self.accelerator.unwrap_model(network)

    @abc.abstractmethod
    def windows(self, dataset: Any, seed: int) -> Windows:
        """The real clips that this stage learns from."""

    @abc.abstractmethod
    def play(self, batch: Clips, rng: torch.Generator, step: int) -> Any:
        """Generate clips to set against the real ones of ``batch``, in the form that the losses below take them."""

    @abc.abstractmethod
    def critics_losses(self, batch: Clips, fake: Any, rng: torch.Generator) -> dict[str, Tensor]:
        """Losses of the critics by name; no gradient goes to the generator."""

    @abc.abstractmethod
    def generator_losses(self, fake: Any, rng: torch.Generator) -> dict[str, Tensor]:
        """Losses of the generator by name; the critics' weights are held."""

    @abc.abstractmethod
    def preview(self, generator: Any, batch: Clips, rng: torch.Generator) -> np.ndarray:
        """A picture, uint8 (H, W, 3), of what ``generator`` makes of a batch, for people to follow the training."""

    def calibrate(self, generator: Any, batches: list[Clips], rng: torch.Generator) -> None:  # noqa: B027 - optional
        """Fit to ``generator``, whose weights are averages, whatever else it keeps beside its weights."""

    def step(self, batch: Clips, rng: torch.Generator, step: int) -> dict[str, Tensor]:
        """One update of the critics, then one of the generator, both on the same generated clips.

        Returns:
            Losses to show, by name: the sum of the critics', and each of the generator's.
        """
        accelerator = self.accelerator
        with accelerator.autocast():
            fake = self.play(batch, rng, step)
            critics = torch.stack(list(self.critics_losses(batch, fake, rng).values())).sum()
        self.discriminator_optimizer.zero_grad()
        accelerator.backward(critics)
        self.discriminator_optimizer.step()

        discriminator = self.bare(self.discriminator).requires_grad_(False)
        with accelerator.autocast():
            losses = self.generator_losses(fake, rng)
        self.generator_optimizer.zero_grad()
        accelerator.backward(torch.stack(list(losses.values())).sum())
        self.generator_optimizer.step()
        discriminator.requires_grad_(True)
        return {"critics": critics.detach(), **{name: loss.detach() for name, loss in losses.items()}}
