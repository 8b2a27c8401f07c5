"""Stage I as a variational game: real motion is encoded and made again, and critics judge motion from fresh noise.

A latent ODE with an encoder (Chen et al., 2018; Rubanova et al., 2019), with critics of what the prior gives
(Larsen et al., "Autoencoding beyond pixels using a learned similarity metric", 2016).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor

from motionkit.interfaces import Clips, Code, Discriminator, Encoder, MotionGenerator, Objective, TrainingConfig
from motionkit.numerics.bones import bone_lengths
from motionkit.objectives.losses import code_price, critics_loss, fooling_loss


class Made(NamedTuple):
    """Real clips made again from their codes, those codes, and clips made from fresh noise."""

    again: Clips
    code: Code
    fresh: Clips


class MotionVariational(Objective):
    """Real motion made again from its code, at the code's price; and the critics' game about motion from fresh noise.

    Motion model and encoder lose, each term with its weight,

        |k' - k| + |dk' - dk|  +  |b' - b|  +  KL(q(z_m | k) || N(0, I))  +  fooling

    with k real keypoints, dk their change from frame to frame, b their bone lengths, and k', dk', b' those made again.
    The critics see real clips and clips from fresh noise, as in the paper's Eq. 4.
    """

    trains = "motion"
    encodes = True

    class Config(TrainingConfig):
        """Weights of the losses and pace; all were found by trying."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"steps": 3000}}

        frames: int = Field(16, ge=2, description="frames of a training window")
        fps: float = Field(16.0, gt=0, description="frames a second of a training window")
        generator_rate: float = Field(1e-3, gt=0, description="Adam's learning rate of motion model and encoder")
        discriminator_rate: float = Field(1e-3, gt=0, description="Adam's learning rate of the critics")
        reconstruction: float = Field(20.0, ge=0, description="weight of the distance between real clips and made ones")
        bones: float = Field(10.0, ge=0, description="weight of the distance between their bone lengths")
        code_price: float = Field(0.002, ge=0, description="weight of the codes' divergence from noise, in nats")
        adversarial: float = Field(1.0, ge=0, description="weight of the game with the critics")

    config: Config

    def __init__(self, config: Config, generator: MotionGenerator, critics: Discriminator, encoder: Encoder) -> None:
        super().__init__(config, generator, critics, encoder)
        self.frames, self.fps = config.frames, config.fps

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Made:
        code = self.encoder(real)
        again, fresh = self._move(real, code.draw(rng), rng)
        return Made(again, code, fresh)

    def critics_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        return {"critics": critics_loss(self.critics, real, made.fresh)}

    def generator_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        config, bones = self.config, self.generator.skeleton.bones
        wanted, found = real.keypoints_BTK2, made.again.keypoints_BTK2
        distance = F.l1_loss(found, wanted) + F.l1_loss(found.diff(dim=1), wanted.diff(dim=1))
        losses = {
            "reconstruction": config.reconstruction * distance,
            "code": config.code_price * code_price(made.code),
            "generator": config.adversarial * fooling_loss(self.critics(made.fresh)),
        }
        if bones:
            losses["bones"] = config.bones * F.l1_loss(bone_lengths(found, bones), bone_lengths(wanted, bones))
        return losses

    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        again, fresh = self._move(real, self.encoder(real).mean_BD, rng)
        return {"its code": again, "noise": fresh}

    def _move(self, real: Clips, code_BD: Tensor, rng: torch.Generator) -> tuple[Clips, Clips]:
        """Motion at the real clips' times from their codes, and from fresh noise; solved in one."""
        noise_BD = self.generator.sample_noise(len(real), rng).to(code_BD)
        times = 1 / self.fps + real.times_BT  # the first output comes one frame after time 0 (Eq. 1)
        keypoints = self.generator(torch.cat([code_BD, noise_BD]), torch.cat([times, times]))
        again, fresh = (replace(real, keypoints=half) for half in keypoints.chunk(2))
        return again, fresh
