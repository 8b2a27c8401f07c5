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
from motionkit.numerics.bones import bone_lengths, stretching
from motionkit.numerics.timeline import after_start
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

        |k' - k| + |dk' - dk|  +  |b' - b|  +  |E s" - E s|  +  KL(q(z_m | k) || N(0, I))  +  fooling

    with k real keypoints, dk their change from frame to frame, b their bone lengths, s how much their bones stretch,
    k', dk', b' those made again, and s" that of motion from fresh noise, whose bodies critics alone leave elastic.
    The critics see real clips and clips from fresh noise, as in the paper's Eq. 4. Where the motion model is
    autonomous, some of those clips go on from states that earlier ones had reached, so that every moment of a long
    motion gets judged. They are persistent chains, as Tieleman keeps them ("Training restricted Boltzmann machines
    using approximations to the likelihood gradient", 2008).
    """

    trains = "motion"
    encodes = True
    meanings: ClassVar[Mapping[str, str]] = {
        **Objective.meanings,
        "reconstruction": "distance of real motion from what is made of its code; it should fall",
        "code": "how far the codes of real clips are from fresh noise; it need not reach 0",
        "bones": "distance of bone lengths, real from made; it should fall",
        "stretching": "how much more bones stretch in motion from fresh noise than in real motion; it should fall",
    }

    class Config(TrainingConfig):
        """Weights of the losses and pace; all were found by trying."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"steps": 3000}}

        frames: int = Field(16, ge=2, description="frames of a training window")
        fps: float = Field(16.0, gt=0, description="frames a second of a training window")
        generator_rate: float = Field(1e-3, gt=0, description="Adam's learning rate of motion model and encoder")
        discriminator_rate: float = Field(1e-3, gt=0, description="Adam's learning rate of the critics")
        average_decay: float = Field(0.999, ge=0, lt=1, description="highest decay of the averaged weights")
        reconstruction: float = Field(20.0, ge=0, description="weight of the distance between real clips and made ones")
        bones: float = Field(10.0, ge=0, description="weight of the distance between their bone lengths")
        stretching: float = Field(
            1.0,
            ge=0,
            description="weight of how much more bones stretch in motion from fresh noise than in real motion",
        )
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
        self.goes_on = generator.autonomous and config.later > 0
        if self.goes_on:
            with torch.no_grad():
                states = generator.initial_value(generator.sample_noise(POOL * config.batch, seeded("states")))
            self.register_buffer("states", states)

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Made:
        code = self.encoder(real)
        noise_BD = torch.cat([code.draw(rng), self._noise(len(real), rng)])
        times_BT = self._times(real)
        if self.goes_on:
            keypoints_BTK2 = self._go_on(noise_BD, times_BT, rng, judged=step >= self.config.later_from)
        else:
            keypoints_BTK2 = self.generator(noise_BD, times_BT)
        again, fresh = (replace(real, keypoints=half) for half in keypoints_BTK2.chunk(2))
        return Made(again, fresh, code)

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
            fresh_B, real_B = (stretching(clips.keypoints_BTK2, bones) for clips in (made.fresh, real))
            losses["stretching"] = config.stretching * (fresh_B.mean() - real_B.mean()).abs()
        return losses

    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        noise_BD = torch.cat([self.encoder(real).mean_BD, self._noise(len(real), rng)])
        keypoints_BTK2 = self.generator(noise_BD, self._times(real))
        again, fresh = (replace(real, keypoints=half) for half in keypoints_BTK2.chunk(2))
        return {"its code": again, "noise": fresh}

    def _noise(self, clips: int, rng: torch.Generator) -> Tensor:
        """Fresh noise, on the device."""
        noise_BD: Tensor = self.generator.sample_noise(clips, rng)
        return noise_BD.to(next(self.parameters()).device)

    def _times(self, real: Clips) -> Tensor:
        """When clips from codes, and as many from fresh noise, are asked for."""
        times_BT = after_start(real.times_BT, self.fps)
        return torch.cat([times_BT, times_BT])

    def _go_on(self, noise_BD: Tensor, times_BT: Tensor, rng: torch.Generator, judged: bool) -> Tensor:
        """Keypoints from noise, (B, T, K, 2), of which the last are, if ``judged``, from states reached earlier.

        Those states are replaced by the ones that they reach, and a few by fresh initial values, so that they are of
        every age; before they are judged, by what fresh motion reaches.
        """
        share = max(1, int(self.config.later * len(noise_BD) / 2))
        slots = torch.randperm(len(self.states), generator=rng)[:share].to(self.states.device)
        starts_BD = self.generator.initial_value(noise_BD)
        fresh_BD = starts_BD[-share:]
        if judged:
            starts_BD = torch.cat([starts_BD[:-share], self.states[slots]])
        keypoints_BTK2, reached_BD = self.generator.flow(starts_BD, times_BT)
        with torch.no_grad():
            renewed_B1 = (torch.rand(share, 1, generator=rng) < self.config.renewal).to(self.states.device)
            self.states[slots] = torch.where(renewed_B1, fresh_BD, reached_BD[-share:]).to(self.states)
        return keypoints_BTK2
