"""How TGANv2 is trained: one critic a level, the logistic loss, and a gradient penalty on real clips."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from motionkit.interfaces import Generated, Noise, TrainingConfig, VideoObjective
from motionkit.numerics.timeline import frame_times
from motionkit_tganv2.discriminator import TganV2Discriminator
from motionkit_tganv2.subsampling import LEVELS, pyramid

if TYPE_CHECKING:
    from motionkit_tganv2.generator import TganV2Generator


class TganV2Objective(VideoObjective):
    """Four critics, each of one level, that know nothing of each other. Our choice: their losses are summed."""

    class Config(TrainingConfig):
        """The authors' recipe. They keep the latest weights, so there is no average."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"batch": 8, "widths": (8, 16, 32, 64, 128)}}

        generator_rate: float = Field(1e-4, gt=0, description="Adam's learning rate of the generator")
        discriminator_rate: float = Field(1e-4, gt=0, description="Adam's learning rate of the critics")
        betas: tuple[float, float] = Field((0.0, 0.9), description="Adam's decay rates")
        average_decay: float = Field(0.0, ge=0, lt=1, description="decay of the averaged weights; 0 keeps the latest")
        widths: tuple[int, int, int, int, int] = Field(
            (64, 128, 256, 512, 1024), description="channels after each block of a critic"
        )
        penalty: float = Field(0.5, ge=0, description="weight of the squared norm of a critic's gradient at real clips")

    config: Config

    def __init__(self, config: Config, generator: "TganV2Generator") -> None:
        super().__init__(config, generator)
        self.frames, self.fps = generator.config.frames, generator.config.fps
        self.critics = nn.ModuleList(TganV2Discriminator(config.widths) for _ in range(LEVELS))

    def generate(self, generator: nn.Module, noise: Noise, times_BT: Tensor, rng: torch.Generator) -> Generated:
        """The generator's own frames, each once; those of a recorded clip may lie beside them, or past the last."""
        own_T = frame_times(self.frames / self.fps, self.fps).to(times_BT)
        levels = generator(noise, own_T, dropping=rng)
        return {f"level {number}": video for number, video in enumerate(levels, 1)}

    def forward(self, real_BTCHW: Tensor, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        losses: dict[str, Tensor] = {}
        levels = zip(generated.items(), pyramid(real_BTCHW, rng), self.critics, strict=True)
        for (name, fake), real, critic in levels:
            real = real.detach().requires_grad_()
            logits_B = critic(real)
            losses[name] = F.softplus(-logits_B).mean() + F.softplus(critic(fake)).mean()
            losses[f"{name} penalty"] = self.config.penalty * squared_gradient(logits_B, real)
        return losses

    def generator_losses(self, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        return {
            name: F.softplus(-critic(fake)).mean()
            for (name, fake), critic in zip(generated.items(), self.critics, strict=True)
        }


def squared_gradient(logits_B: Tensor, clips: Tensor) -> Tensor:
    """The squared norm of the logits' gradient at each clip, averaged over clips; it can be descended.

    Args:
        logits_B: of a critic that judges each clip by itself.
        clips: what they were computed from, (B, ...), with ``requires_grad``.
    """
    (gradient,) = torch.autograd.grad(logits_B.sum(), clips, create_graph=True)
    return gradient.square().flatten(1).sum(dim=1).mean()
