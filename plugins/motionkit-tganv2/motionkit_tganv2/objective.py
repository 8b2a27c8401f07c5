"""How TGANv2 is trained: one critic a level, the logistic loss, and a gradient penalty on real clips."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from motionkit.interfaces import Clips, Objective, TrainingConfig
from motionkit_tganv2.discriminator import TganV2Discriminator
from motionkit_tganv2.subsampling import LEVELS, pyramid

Levels = tuple[Tensor, ...]
"""Generated clips as each level shows them, the smallest pictures first: (B, T, 3, H, W)."""


class TganV2Objective(Objective):
    """Four critics, each of one level, that know nothing of each other. Our choice: their losses are summed.

    Args:
        config: the settings.
        generator: a ``TganV2Generator``.
    """

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

    trains = "generator"
    config: Config
    critics: nn.ModuleList

    def __init__(self, config: Config, generator: Any) -> None:
        super().__init__(config, generator, nn.ModuleList(TganV2Discriminator(config.widths) for _ in range(LEVELS)))
        self.frames, self.fps = generator.grid

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Levels:
        """The generator's own frames, each once; those of a recorded clip may lie beside them, or past the last."""
        noise = self.generator.fresh_noise(len(real), rng)
        levels: Levels = self.generator(noise, self.generator.grid.times_T.to(real.times), dropping=rng)
        return levels

    def critics_losses(self, real: Clips, made: Levels, rng: torch.Generator) -> dict[str, Tensor]:
        losses: dict[str, Tensor] = {}
        levels = zip(self.critics, pyramid(real.video_BTCHW, rng), made, strict=True)
        for number, (critic, real_BTCHW, fake_BTCHW) in enumerate(levels, 1):
            given_BTCHW = real_BTCHW.detach().requires_grad_()
            logits_B = critic(given_BTCHW)
            losses[f"level {number}"] = F.softplus(-logits_B).mean() + F.softplus(critic(fake_BTCHW.detach())).mean()
            losses[f"level {number} penalty"] = self.config.penalty * squared_gradient(logits_B, given_BTCHW)
        return losses

    def generator_losses(self, real: Clips, made: Levels, rng: torch.Generator) -> dict[str, Tensor]:
        levels = enumerate(zip(self.critics, made, strict=True), 1)
        return {f"level {number}": F.softplus(-critic(fake_BTCHW)).mean() for number, (critic, fake_BTCHW) in levels}

    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        noise = self.generator.fresh_noise(len(real), rng)
        # The last frame of a recorded clip may lie a little later than the generator's.
        times_BT = (1 / self.fps + real.times_BT).clamp(max=self.generator.grid.seconds)
        return {"noise": Clips(times_BT, video=self.generator(noise, times_BT))}


def squared_gradient(logits_B: Tensor, clips: Tensor) -> Tensor:
    """The squared norm of the logits' gradient at each clip, averaged over clips; it can be descended.

    Args:
        logits_B: of a critic that judges each clip by itself.
        clips: what they were computed from, (B, ...), with ``requires_grad``.
    """
    (gradient,) = torch.autograd.grad(logits_B.sum(), clips, create_graph=True)
    return gradient.square().flatten(1).sum(dim=1).mean()
