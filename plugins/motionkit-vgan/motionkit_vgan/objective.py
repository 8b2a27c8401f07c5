"""How VGAN is trained: two-class cross-entropy, and a price on the mask."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor

from motionkit.interfaces import Clips, Objective, TrainingConfig
from motionkit_vgan.discriminator import VganDiscriminator

GENERATED, REAL = 0, 1
"""The critic's classes."""


class Made(NamedTuple):
    """Generated clips.

    Attributes:
        video_BTCHW: the frames of each, in [-1, 1].
        mask_BT1HW: how much of each pixel is foreground, in [0, 1].
    """

    video_BTCHW: Tensor
    mask_BT1HW: Tensor


class VganObjective(Objective):
    """The critic tells generated clips from real ones; the generator makes it say "real", with a mask of small area.

    Without a price on the mask the generator could draw everything in the foreground and leave the background unused.

    Args:
        config: the settings.
        generator: a ``VganGenerator``.
    """

    class Config(TrainingConfig):
        """The authors' recipe. They keep the latest weights, so there is no average."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"batch": 8, "widths": (16, 32, 64, 128)}}

        discriminator_rate: float = Field(2e-4, gt=0, description="Adam's learning rate of the critic")
        average_decay: float = Field(0.0, ge=0, lt=1, description="decay of the averaged weights; 0 keeps the latest")
        widths: tuple[int, int, int, int] = Field((64, 128, 256, 512), description="channels of the critic")
        mask_price: float = Field(0.1, ge=0, description="weight of the mask's L1 norm, which is a mean over pixels")

    trains = "generator"
    config: Config

    def __init__(self, config: Config, generator: Any) -> None:
        super().__init__(config, generator, VganDiscriminator(config.widths, generator.grid.frames))
        self.frames, self.fps = generator.grid

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Made:
        """The generator's own frames, each once; those of a recorded clip may lie beside them, or past the last."""
        noise = self.generator.fresh_noise(len(real), rng)
        return Made(*self.generator(noise, self.generator.grid.times_T.to(real.times), with_mask=True))

    def critics_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        return {
            "real": self._loss(real.video_BTCHW, REAL),
            "generated": self._loss(made.video_BTCHW.detach(), GENERATED),
        }

    def generator_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        return {
            "critic": self._loss(made.video_BTCHW, REAL),
            "mask": self.config.mask_price * made.mask_BT1HW.abs().mean(),
        }

    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        noise = self.generator.fresh_noise(len(real), rng)
        # The last frame of a recorded clip may lie a little later than the generator's.
        times_BT = (1 / self.fps + real.times_BT).clamp(max=self.generator.grid.seconds)
        return {"noise": Clips(times_BT, video=self.generator(noise, times_BT))}

    def _loss(self, video_BTCHW: Tensor, wanted: int) -> Tensor:
        """Cross-entropy of the critic's verdict with the class that is wanted."""
        logits_B2 = self.critics(video_BTCHW)
        return F.cross_entropy(logits_B2, torch.full((len(logits_B2),), wanted, device=logits_B2.device))
