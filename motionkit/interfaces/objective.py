"""The interface of objectives: how a video generator is trained. And the settings that every training has."""

import abc
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from motionkit.interfaces.component import ComponentConfig

if TYPE_CHECKING:
    from motionkit.interfaces.generator import Noise, VideoGenerator

Generated = Mapping[str, Tensor]
"""What a generator made for training, by name: its clips, and whatever else the losses need, such as a mask."""


class TrainingConfig(ComponentConfig):
    """What every training can be told: its length, its batch, and its optimisers."""

    steps: int = Field(30000, ge=1, description="training steps, where the command line gives no budget")
    batch: int = Field(64, ge=1, description="clips a step, over all devices")
    generator_rate: float = Field(2e-4, gt=0, description="Adam's learning rate of the generator")
    discriminator_rate: float = Field(4e-4, gt=0, description="Adam's learning rate of the critics")
    betas: tuple[float, float] = Field((0.5, 0.999), description="Adam's decay rates")
    weight_decay: float = Field(0.0, ge=0, description="Adam's weight decay")
    average_decay: float = Field(0.995, ge=0, lt=1, description="decay of the averaged weights, which are what is kept")


class VideoObjective(nn.Module, abc.ABC):
    """Critics and losses of a video generator. The training loop calls it, and knows nothing of what is inside.

    Set in every subclass:
        Config: a nested subclass of :class:`TrainingConfig`, whose defaults are the recipe of the generator's authors.

    Set in ``__init__``, with the critics: :attr:`frames` and :attr:`fps`.

    Define in every subclass: :meth:`forward`, :meth:`generator_losses`. Define in some: :meth:`generate`.

    In a step the generator makes clips once (:meth:`generate`); the critics are updated on them, cut off from the
    generator (:meth:`forward`); then the generator is, by the updated critics (:meth:`generator_losses`). All losses
    are scalars by name, of which the sum is descended.

    Args:
        config: the settings.
        generator: what will be trained, for its sizes. Don't keep it: it would be counted among the critics.

    Attributes:
        config: the settings.
        frames: T, frames of the real clips to train on.
        fps: frames a second of them.
    """

    Config: ClassVar[type[TrainingConfig]]
    frames: int
    fps: float

    def __init__(self, config: TrainingConfig, generator: "VideoGenerator") -> None:
        super().__init__()
        self.config = config

    def generate(self, generator: nn.Module, noise: "Noise", times_BT: Tensor, rng: torch.Generator) -> Generated:
        """Clips to set against real ones.

        Args:
            generator: in training mode; call it as a module, since on several devices it is wrapped. Whatever the
                losses need beside the video its ``forward`` may return when it is asked to by an argument of its own.
            noise: of the clips.
            times_BT: seconds of each real clip's frames; the first lies one frame after time 0.
            rng: for whatever else is random.
        """
        return {"video": generator(noise, times_BT)}

    @abc.abstractmethod
    def forward(self, real_BTCHW: Tensor, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        """Losses of the critics.

        Args:
            real_BTCHW: clips of :attr:`frames` frames in [-1, 1].
            generated: what :meth:`generate` returned, without gradients.
            rng: for whatever is random, such as which frames are judged.
        """

    @abc.abstractmethod
    def generator_losses(self, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        """Losses of the generator; the critics' weights are held.

        Args:
            generated: what :meth:`generate` returned.
            rng: for whatever is random.
        """
