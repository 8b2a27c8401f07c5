"""A stage: one adversarial game, as the training loop plays it."""

import abc
from typing import Any, ClassVar

import numpy as np
import torch
from accelerate import Accelerator
from pydantic import Field
from torch import Tensor, nn

from motionkit.datasets.windows import Batch, Windows
from motionkit.interfaces import ComponentConfig, ConfigError, Discriminator
from motionkit.training.losses import discriminator_loss, generator_loss


class StageConfig(ComponentConfig):
    """What every stage can be told. Values that the paper does not give were found by trying."""

    steps: int = Field(30000, ge=1, description="training steps, where the command line gives no budget")
    batch: int = Field(64, ge=1, description="clips a step, over all devices")
    frames: int = Field(16, ge=2, description="frames of a training window")
    fps: float = Field(16.0, gt=0, description="frames a second of a training window")
    generator_rate: float = Field(2e-4, gt=0, description="Adam's learning rate of the generator")
    discriminator_rate: float = Field(4e-4, gt=0, description="Adam's learning rate of the critics")
    betas: tuple[float, float] = Field((0.5, 0.999), description="Adam's decay rates")
    average_decay: float = Field(0.995, ge=0, lt=1, description="decay of the averaged weights, which are what is kept")


class Stage(abc.ABC):
    """One adversarial game between a generator and its critics; stages share the step below and nothing else.

    Attributes:
        name: of the stage, as the run folder's files have it.
        role: of the generator in a run folder, ``motion`` or ``renderer``.
        cpu_threads: how many threads a step can use on a CPU; None for all that torch has.
    """

    name: ClassVar[str]
    role: ClassVar[str]
    cpu_threads: ClassVar[int | None] = None

    def __init__(self, generator: nn.Module, discriminator: Discriminator, config: StageConfig) -> None:
        self.config = config
        self.generator, self.discriminator = generator, discriminator
        self.generator_optimizer = torch.optim.Adam(
            generator.parameters(), lr=config.generator_rate, betas=config.betas
        )
        self.discriminator_optimizer = torch.optim.Adam(
            discriminator.parameters(), lr=config.discriminator_rate, betas=config.betas
        )

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
    def play(self, batch: Batch, rng: torch.Generator, step: int) -> tuple[Batch, Tensor]:
        """Generate clips to set against the real ones of ``batch``.

        Returns:
            The generated clips, and a penalty to add to the generator's loss (a scalar).
        """

    @abc.abstractmethod
    def preview(self, generator: Any, batch: Batch, rng: torch.Generator) -> np.ndarray:
        """A picture, uint8 (H, W, 3), of what ``generator`` makes of a batch, for people to follow the training."""

    def calibrate(self, generator: Any, batches: list[Batch], rng: torch.Generator) -> None:  # noqa: B027 - optional
        """Fit to ``generator``, whose weights are averages, whatever else it keeps beside its weights."""

    def step(self, batch: Batch, rng: torch.Generator, step: int) -> dict[str, Tensor]:
        """One update of the critics, then one of the generator, both on the same generated clips.

        Returns:
            Scalars to show, by name.
        """
        accelerator = self.accelerator
        with accelerator.autocast():
            fake, penalty = self.play(batch, rng, step)
            # One pass over real and generated clips together: half the calls, and one backward for several devices.
            both = judge(self.discriminator, batch.beside(fake.detach()))
            logits = {name: values.float().chunk(2) for name, values in both.items()}
            critics = discriminator_loss(
                {name: real for name, (real, _) in logits.items()}, {name: fake for name, (_, fake) in logits.items()}
            )
        self.discriminator_optimizer.zero_grad()
        accelerator.backward(critics)
        self.discriminator_optimizer.step()

        discriminator = self.bare(self.discriminator).requires_grad_(False)
        with accelerator.autocast():
            adversarial = generator_loss({name: values.float() for name, values in judge(discriminator, fake).items()})
        self.generator_optimizer.zero_grad()
        accelerator.backward(adversarial + penalty)
        self.generator_optimizer.step()
        discriminator.requires_grad_(True)
        return {"critics": critics.detach(), "generator": adversarial.detach(), "penalty": penalty.detach()}


def judge(discriminator: nn.Module, batch: Batch) -> dict[str, Tensor]:
    """The critics' logits for a batch."""
    logits: dict[str, Tensor] = discriminator(batch.keypoints_BTK2, batch.times_BT, batch.video_BTCHW)
    return logits
