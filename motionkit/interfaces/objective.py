"""The interface of objectives: the game by which a generator is trained. And the settings that every training has."""

import abc
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple

import torch
from pydantic import Field
from torch import Tensor, nn

from motionkit.interfaces.clips import Clips
from motionkit.interfaces.component import ComponentConfig
from motionkit.interfaces.encoder import Encoder


class TrainingConfig(ComponentConfig):
    """What every training can be told: its length, its batch, and its optimisers."""

    steps: int = Field(30000, ge=1, description="training steps, where the command line gives no budget")
    batch: int = Field(64, ge=1, description="clips a step, over all devices")
    generator_rate: float = Field(2e-4, gt=0, description="Adam's learning rate of the generator")
    discriminator_rate: float = Field(4e-4, gt=0, description="Adam's learning rate of the critics")
    betas: tuple[float, float] = Field((0.5, 0.999), description="Adam's decay rates")
    weight_decay: float = Field(0.0, ge=0, description="Adam's weight decay")
    average_decay: float = Field(
        0.995, ge=0, lt=1, description="highest decay of the averaged weights, which are what is kept"
    )


class Phase(NamedTuple):
    """A stretch of a training in which batches have one shape and optimisers one pace.

    Attributes:
        steps: how many it lasts; None for the last phase, which lasts as long as the training.
        batch: clips a step, over all devices.
        frames: of each of them.
        generator_rate: Adam's learning rate of the generator.
        discriminator_rate: of the critics.
        betas: Adam's decay rates, of both.
    """

    steps: int | None
    batch: int
    frames: int
    generator_rate: float
    discriminator_rate: float
    betas: tuple[float, float]


class Objective(nn.Module, abc.ABC):
    """The game by which a generator is trained: its networks, what they make, and what each of them loses.

    A step is the same in every game. The generator makes clips once (:meth:`generate`); the critics are updated on
    them (:meth:`critics_losses`); then the generator is, by the updated critics (:meth:`generator_losses`). All losses
    are scalars by name, of which the sum is descended. Networks are called as they are, however often: on several
    devices the gradients are averaged after a step's calls.

    Set in every subclass:
        Config: a nested subclass of :class:`TrainingConfig`.
        trains: what is trained: ``"motion"``, ``"renderer"``, or ``"generator"``, a whole one.

    Set where it differs:
        encodes: True if an :class:`Encoder` is trained beside a motion model or a renderer.
        meanings: what the losses say, in some words each, by name, those of ``critics`` (the sum of theirs) and
            ``generator`` among them; whoever watches a training is told.

    Set in ``__init__``: :attr:`frames` and :attr:`fps`.

    Define in every subclass: :meth:`generate`, :meth:`critics_losses`, :meth:`generator_losses`, :meth:`samples`.
    Define in some: :attr:`phases`.

    Whatever an objective has to remember from step to step it keeps in buffers, so that a resumed training goes on
    with it.

    Args:
        config: the settings.
        generator: what is trained.
        critics: what is trained against it.
        encoder: for an objective that encodes: from real clips to the generator's noise.

    Attributes:
        learners: what the generator's losses train, by role: the generator, and the encoder if there is one. Averages
            of their weights are what the run folder keeps.
        critics: what the critics' losses train; kept for nothing but going on.
        frames: T of the real clips to train on, in the last phase.
        fps: frames a second of them.
    """

    Config: ClassVar[type[TrainingConfig]]
    trains: ClassVar[Literal["motion", "renderer", "generator"]]
    encodes: ClassVar[bool] = False
    meanings: ClassVar[Mapping[str, str]] = {
        "critics": "loss of the critics, networks that tell real clips from generated ones; near 0 they always can",
        "generator": "how badly the critics are fooled; it need not fall, for they learn too",
    }
    frames: int
    fps: float
    critics: Any

    def __init__(
        self, config: TrainingConfig, generator: nn.Module, critics: nn.Module, encoder: Encoder | None = None
    ) -> None:
        super().__init__()
        self.config = config
        self.learners = nn.ModuleDict({self.trains: generator})
        if encoder is not None:
            self.learners[f"{encoder.encodes}_encoder"] = encoder
        self.critics = critics

    @property
    def generator(self) -> Any:
        """What is trained."""
        return self.learners[self.trains]

    @property
    def encoder(self) -> Any:
        """What is trained beside it: the encoder of an objective that encodes."""
        (encoder,) = (it for role, it in self.learners.items() if role != self.trains)
        return encoder

    @property
    def image_size(self) -> int | None:
        """Height and width of the real clips' video in pixels; None where keypoints are all that it takes."""
        size: int | None = getattr(self.generator, "image_size", None)
        return size

    @property
    def phases(self) -> Sequence[Phase]:
        """The phases in their order; by default one, by the settings that every training has."""
        config = self.config
        rates = (config.generator_rate, config.discriminator_rate)
        return (Phase(None, config.batch, self.frames, *rates, config.betas),)

    @abc.abstractmethod
    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Any:
        """What the generator makes in a step, in the form that the losses below take it.

        Args:
            real: clips of the phase's shape; their times are seconds since each clip's first frame.
            rng: for whatever is random.
            step: number of the step, from 0.
        """

    @abc.abstractmethod
    def critics_losses(self, real: Clips, made: Any, rng: torch.Generator) -> Mapping[str, Tensor]:
        """Losses of the critics; none in a step in which they do not learn.

        Args:
            real: the same real clips.
            made: what :meth:`generate` returned; detach it, since no gradient may go to the generator.
            rng: for whatever is random, such as which frames are judged.
        """

    @abc.abstractmethod
    def generator_losses(self, real: Clips, made: Any, rng: torch.Generator) -> Mapping[str, Tensor]:
        """Losses of the generator, and of what is trained beside it; the critics' weights are held.

        Args:
            real: the same real clips.
            made: what :meth:`generate` returned.
            rng: for whatever is random.
        """

    @abc.abstractmethod
    def samples(self, real: Clips, rng: torch.Generator) -> Mapping[str, Clips]:
        """Clips as the trained generator will be asked for them, by what they are made from; as many as real ones.

        Running statistics are estimated on these, in one pass over all kinds, and people are shown them.

        Args:
            real: clips of the last phase's shape.
            rng: for whatever is random.
        """
