"""How VGAN is trained: two-class cross-entropy, and a price on the mask."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from motionkit.interfaces import Generated, Noise, TrainingConfig, VideoObjective
from motionkit.numerics.timeline import frame_times
from motionkit_vgan.discriminator import VganDiscriminator

if TYPE_CHECKING:
    from motionkit_vgan.generator import VganGenerator

GENERATED, REAL = 0, 1
"""The critic's classes."""


class VganObjective(VideoObjective):
    """The critic tells generated clips from real ones; the generator makes it say "real", with a mask of small area.

    Without a price on the mask the generator could draw everything in the foreground and leave the background unused.
    """

    class Config(TrainingConfig):
        """The authors' recipe. They keep the latest weights, so there is no average."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"batch": 8, "widths": (16, 32, 64, 128)}}

        discriminator_rate: float = Field(2e-4, gt=0, description="Adam's learning rate of the critic")
        average_decay: float = Field(0.0, ge=0, lt=1, description="decay of the averaged weights; 0 keeps the latest")
        widths: tuple[int, int, int, int] = Field((64, 128, 256, 512), description="channels of the critic")
        mask_price: float = Field(0.1, ge=0, description="weight of the mask's L1 norm, which is a mean over pixels")

    config: Config

    def __init__(self, config: Config, generator: "VganGenerator") -> None:
        super().__init__(config, generator)
        self.frames, self.fps = generator.config.frames, generator.config.fps
        self.critic = VganDiscriminator(config.widths, self.frames)

    def generate(self, generator: nn.Module, noise: Noise, times_BT: Tensor, rng: torch.Generator) -> Generated:
        """The generator's own frames, each once; those of a recorded clip may lie beside them, or past the last."""
        own_T = frame_times(self.frames / self.fps, self.fps).to(times_BT)
        video_BTCHW, mask_BT1HW = generator(noise, own_T, with_mask=True)
        return {"video": video_BTCHW, "mask": mask_BT1HW}

    def forward(self, real_BTCHW: Tensor, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        return {"real": self._loss(real_BTCHW, REAL), "generated": self._loss(generated["video"], GENERATED)}

    def generator_losses(self, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        return {
            "critic": self._loss(generated["video"], REAL),
            "mask": self.config.mask_price * generated["mask"].abs().mean(),
        }

    def _loss(self, video_BTCHW: Tensor, wanted: int) -> Tensor:
        """Cross-entropy of the critic's verdict with the class that is wanted."""
        logits_B2 = self.critic(video_BTCHW)
        return F.cross_entropy(logits_B2, torch.full((len(logits_B2),), wanted, device=logits_B2.device))
