"""What stages I and II share: a generator against a discriminator, each a component, by the logistic loss."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, NamedTuple

import torch
from pydantic import Field
from torch import Tensor

from motionkit.assembly import Choice
from motionkit.interfaces import Clips, ConfigError, Discriminator, Skeleton, TrainingConfig
from motionkit.training.losses import discriminator_loss, generator_loss
from motionkit.training.stage import Stage


class ComponentStageConfig(TrainingConfig):
    """What both stages can be told. Values that the paper does not give were found by trying."""

    frames: int = Field(16, ge=2, description="frames of a training window")
    fps: float = Field(16.0, gt=0, description="frames a second of a training window")


class Fake(NamedTuple):
    """Generated clips, and the penalty that the generator pays for them beside its game with the critics."""

    batch: Clips
    penalty: Tensor


class ComponentStage(Stage):
    """A generator component against a discriminator component, which sees real and generated clips alike.

    Attributes:
        judged: what the stage's discriminator must judge.
    """

    Config: ClassVar[type[ComponentStageConfig]]
    judged: ClassVar[Literal["motion", "video"]]
    config: ComponentStageConfig
    discriminator: Discriminator

    @classmethod
    def settings(cls, choices: Mapping[str, Choice]) -> type[TrainingConfig]:
        return cls.Config

    @classmethod
    def build(cls, choices: Mapping[str, Choice], skeleton: Skeleton, config: Any) -> "Stage":
        chosen = [choices[section] for section in cls.components]
        generator, discriminator = (choice.build(skeleton) for choice in chosen)
        if discriminator.judges != cls.judged:
            raise ConfigError(
                f"the {cls.name} stage needs a discriminator of {cls.judged}, "
                f"but {chosen[1].name} judges {discriminator.judges}"
            )
        if discriminator.minimum_frames > config.frames:
            raise ConfigError(
                f"this discriminator needs {discriminator.minimum_frames} frames, "
                f"but {cls.name}_stage.frames={config.frames}"
            )
        return cls(generator, discriminator, config)

    def critics_losses(self, batch: Clips, fake: Fake, rng: torch.Generator) -> dict[str, Tensor]:
        # One pass over real and generated clips together: half the calls, and one backward for several devices.
        both = self.discriminator(Clips.cat([batch, fake.batch.detach()]))
        logits = {name: values.float().chunk(2) for name, values in both.items()}
        loss = discriminator_loss(
            {name: real for name, (real, _) in logits.items()}, {name: fake for name, (_, fake) in logits.items()}
        )
        return {"critics": loss}

    def generator_losses(self, fake: Fake, rng: torch.Generator) -> dict[str, Tensor]:
        logits = self.bare(self.discriminator)(fake.batch)
        adversarial = generator_loss({name: values.float() for name, values in logits.items()})
        return {"generator": adversarial, "penalty": fake.penalty}
