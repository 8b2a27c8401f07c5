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
from motionkit.interfaces.seeding import seeded
from motionkit.numerics.bones import bone_lengths
from motionkit.objectives.losses import code_price, critics_loss, fooling_loss


class Made(NamedTuple):
    """Real clips made again from their codes, clips for the critics, and those codes."""

    again: Clips
    fresh: Clips
    code: Code


POOL = 4
"""Reached states that are kept, for each clip of a batch."""


class MotionVariational(Objective):
    """Real motion made again from its code, at the code's price; and the critics' game about motion from fresh noise.

    Motion model and encoder lose, each term with its weight,

        |k' - k| + |dk' - dk|  +  |b' - b|  +  KL(q(z_m | k) || N(0, I))  +  fooling

    with k real keypoints, dk their change from frame to frame, b their bone lengths, and k', dk', b' those made again.
    The critics see real clips and clips from fresh noise, as in the paper's Eq. 4. Where the motion model is
    autonomous, some of those clips go on from states that earlier ones had reached, so that every moment of a long
    motion gets judged. They are persistent chains, as Tieleman keeps them ("Training restricted Boltzmann machines
    using approximations to the likelihood gradient", 2008).
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
        later: float = Field(0.25, ge=0, lt=1, description="share of the judged clips that go on from a reached state")
        later_from: int = Field(500, ge=0, description="step from which there are such clips")
        renewal: float = Field(
            0.03, gt=0, le=1, description="share of the reached states that are replaced by fresh ones"
        )
        adversarial: float = Field(1.0, ge=0, description="weight of the game with the critics")

    config: Config
    states: Tensor

    def __init__(self, config: Config, generator: MotionGenerator, critics: Discriminator, encoder: Encoder) -> None:
        super().__init__(config, generator, critics, encoder)
        self.frames, self.fps = config.frames, config.fps
        if generator.autonomous and config.later:
            with torch.no_grad():
                states = generator.initial_value(generator.sample_noise(POOL * config.batch, seeded("states")))
            self.register_buffer("states", states)

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Made:
        code = self.encoder(real)
        later = (
            int(self.config.later * len(real)) if self.generator.autonomous and step >= self.config.later_from else 0
        )
        if later == 0:
            return Made(*self._move(real, code.draw(rng), rng), code)
        noise_BD = self._noise(len(real) - later, rng)
        chosen = torch.randperm(len(self.states), generator=rng)[:later].to(self.states.device)
        started_BD = self.generator.initial_value(torch.cat([code.draw(rng), noise_BD]))
        times = 1 / self.fps + real.times_BT
        keypoints, reached_BD = self.generator.flow(
            torch.cat([started_BD, self.states[chosen]]), torch.cat([times, times])
        )
        self._remember(chosen, started_BD, reached_BD, rng)
        again, fresh = (replace(real, keypoints=half) for half in keypoints.chunk(2))
        return Made(again, fresh, code)

    @torch.no_grad()
    def _remember(self, chosen: Tensor, started_BD: Tensor, reached_BD: Tensor, rng: torch.Generator) -> None:
        """Replace the states that were gone on from by those that they reached, and a few by fresh initial values."""
        reached_BD = reached_BD[-len(chosen) :].float()
        renewed_B = (torch.rand(len(chosen), generator=rng) < self.config.renewal).to(reached_BD.device)
        fresh_BD = started_BD[-len(chosen) :].float()
        self.states[chosen] = torch.where(renewed_B[:, None], fresh_BD, reached_BD)

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

    def _noise(self, clips: int, rng: torch.Generator) -> Tensor:
        noise_BD: Tensor = self.generator.sample_noise(clips, rng)
        return noise_BD.to(next(self.parameters()).device)

    def _move(self, real: Clips, code_BD: Tensor, rng: torch.Generator) -> tuple[Clips, Clips]:
        """Motion at the real clips' times from their codes, and from fresh noise; solved in one."""
        noise_BD = self._noise(len(real), rng)
        times = 1 / self.fps + real.times_BT  # the first output comes one frame after time 0 (Eq. 1)
        keypoints = self.generator(torch.cat([code_BD, noise_BD]), torch.cat([times, times]))
        again, fresh = (replace(real, keypoints=half) for half in keypoints.chunk(2))
        return again, fresh
