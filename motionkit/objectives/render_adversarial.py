"""The paper's stage II: a renderer against critics of frames and of clips (MODE-GAN, Eqs. 6 and 7)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import torch
from pydantic import Field
from torch import Tensor

from motionkit.interfaces import Clips, Discriminator, Objective, Renderer, TrainingConfig
from motionkit.objectives.losses import critics_loss, diversity_loss, fooling_loss


class Made(NamedTuple):
    """Drawn clips; in some steps the same poses from two noises: both noises, and the video of the other."""

    clips: Clips
    noise_BD: Tensor
    other: tuple[Tensor, Tensor] | None


class RenderAdversarial(Objective):
    """Eq. 7: the critics' game, and the spread of pixels."""

    trains = "renderer"
    meanings: ClassVar[Mapping[str, str]] = {
        **Objective.meanings,
        "diversity": "large where different noises give nearly the same; it should fall",
    }

    class Config(TrainingConfig):
        """Settings of stage II; the paper gives lambda and no more, the rest was found by trying."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"steps": 2000, "batch": 12, "frames": 4}}

        steps: int = Field(60000, ge=1, description="training steps, where the command line gives no budget")
        batch: int = Field(32, ge=1, description="clips a step, over all devices")
        frames: int = Field(16, ge=2, description="frames of a training window")
        fps: float = Field(16.0, gt=0, description="frames a second of a training window")
        betas: tuple[float, float] = Field((0.0, 0.99), description="Adam's decay rates")
        average_decay: float = Field(0.999, ge=0, lt=1, description="highest decay of the averaged weights")
        diversity: float = Field(0.2, ge=0, description="lambda of Eq. 7")
        diversity_every: int = Field(4, ge=1, description="steps between two diversity losses, which cost a rendering")

    config: Config

    def __init__(self, config: Config, generator: Renderer, critics: Discriminator) -> None:
        super().__init__(config, generator, critics)
        self.frames, self.fps = config.frames, config.fps

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Made:
        noise_BD, clips = self._draw(real, rng)
        other = None
        if step % self.config.diversity_every == 0:
            other_BD, other_clips = self._draw(real, rng)
            other = other_BD, other_clips.video_BTCHW
        return Made(clips, noise_BD, other)

    def critics_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        return {"critics": critics_loss(self.critics, real, made.clips)}

    def generator_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        losses = {"generator": fooling_loss(self.critics(made.clips))}
        if made.other is not None:
            spread = diversity_loss(made.noise_BD, made.clips.video_BTCHW, *made.other)  # Eq. 6
            losses["diversity"] = self.config.diversity * spread
        return losses

    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        return {"noise": self._draw(real, rng)[1]}

    def _draw(self, real: Clips, rng: torch.Generator) -> tuple[Tensor, Clips]:
        """Fresh noise, and the real clips' poses drawn from it."""
        noise_BD = self.generator.sample_noise(len(real), rng).to(real.times)
        return noise_BD, replace(real, video=self.generator(noise_BD, real.keypoints_BTK2))
