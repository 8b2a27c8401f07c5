"""The paper's stage I: a motion model against critics of keypoints (MODE-GAN, Eqs. 3 and 4)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import torch
from pydantic import Field
from torch import Tensor

from motionkit.interfaces import Clips, Discriminator, MotionGenerator, Objective, TrainingConfig
from motionkit.numerics.timeline import after_start
from motionkit.objectives.losses import critics_loss, diversity_loss, fooling_loss


class Made(NamedTuple):
    """Generated clips, the noise that they were made from, and the initial values between."""

    clips: Clips
    noise_BD: Tensor
    initial_BD: Tensor


class MotionAdversarial(Objective):
    """Eq. 4: the critics' game, and the spread of initial values."""

    trains = "motion"
    meanings: ClassVar[Mapping[str, str]] = {
        **Objective.meanings,
        "diversity": "large where different noises give nearly the same; it should fall",
    }

    class Config(TrainingConfig):
        """Settings of stage I; the paper gives lambda and no more, the rest was found by trying."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"steps": 3000}}

        frames: int = Field(16, ge=2, description="frames of a training window")
        fps: float = Field(16.0, gt=0, description="frames a second of a training window")
        diversity: float = Field(0.1, ge=0, description="lambda of Eq. 4")

    config: Config

    def __init__(self, config: Config, generator: MotionGenerator, critics: Discriminator) -> None:
        super().__init__(config, generator, critics)
        self.frames, self.fps = config.frames, config.fps

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Made:
        noise_BD = self.generator.sample_noise(len(real), rng).to(real.times)
        keypoints_BTK2 = self.generator(noise_BD, after_start(real.times, self.fps))
        return Made(replace(real, keypoints=keypoints_BTK2), noise_BD, self.generator.initial_value(noise_BD))

    def critics_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        return {"critics": critics_loss(self.critics, real, made.clips)}

    def generator_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        noise_BD, initial_BD = made.noise_BD, made.initial_BD
        spread = diversity_loss(noise_BD, initial_BD, noise_BD.roll(1, dims=0), initial_BD.roll(1, dims=0))  # Eq. 3
        return {"generator": fooling_loss(self.critics(made.clips)), "diversity": self.config.diversity * spread}

    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        return {"noise": self.generate(real, rng, step=0).clips}
