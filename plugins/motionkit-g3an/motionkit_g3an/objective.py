"""G3AN's training: a critic of frames, a critic of clips, and their cross-entropies."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from motionkit.interfaces import Clips, ConfigError, Objective, TrainingConfig
from motionkit_g3an.critics import ClipCritic, ImageCritic


class G3anObjective(Objective):
    """D_I judges one random frame of each clip, D_V the whole clip.

    Args:
        config: the settings.
        generator: a ``G3anGenerator``.

    Raises:
        ConfigError: the critics' layers don't fit the generator's frames.
    """

    class Config(TrainingConfig):
        """The authors' recipe: Adam at 2e-4 for all networks, and the latest weights are kept."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
            "small": {"steps": 3000, "batch": 8, "frame_widths": (32, 64, 128, 256), "clip_widths": (12, 24, 48, 96)}
        }

        batch: int = Field(96, ge=1, description="clips a step, over all devices")
        discriminator_rate: float = Field(2e-4, gt=0, description="Adam's learning rate of the critics")
        average_decay: float = Field(0.0, ge=0, lt=1, description="decay of averaged weights; 0 keeps the latest")
        frame_widths: tuple[int, ...] = Field((64, 128, 256, 512), min_length=1, description="channels of D_I")
        clip_widths: tuple[int, ...] = Field((64, 128, 256, 512), min_length=1, description="channels of D_V")

    trains = "generator"
    config: Config
    critics: nn.ModuleDict

    def __init__(self, config: Config, generator: Any) -> None:
        for setting, widths in (("frame_widths", config.frame_widths), ("clip_widths", config.clip_widths)):
            if generator.image_size != 4 << len(widths):
                raise ConfigError(
                    f"video_objective.{setting} has {len(widths)} layers, which fit frames of "
                    f"{4 << len(widths)} pixels, but the generator's have {generator.image_size}"
                )
        fitting = 3 * (len(config.clip_widths) + 1) + 1
        if generator.grid.frames != fitting:
            raise ConfigError(
                f"video_objective.clip_widths has {len(config.clip_widths)} layers, which fit clips of "
                f"{fitting} frames, but the generator makes {generator.grid.frames}; set generator.frames={fitting}"
            )
        critics = {"image": ImageCritic(config.frame_widths), "clip": ClipCritic(config.clip_widths)}
        super().__init__(config, generator, nn.ModuleDict(critics))
        self.frames, self.fps = generator.grid

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Clips:
        """Each frame once: at its own time, and not at that of the real clip's."""
        noise, times_T = self.generator.fresh_noise(len(real), rng), self.generator.grid.times_T.to(real.times)
        return Clips(times_T, video=self.generator(noise, times_T))

    def critics_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        both = (real.video_BTCHW, made.detach().video_BTCHW)
        real_image, fake_image = (self._image(video_BTCHW, rng) for video_BTCHW in both)
        real_clip, fake_clip = (self.critics["clip"](video_BTCHW) for video_BTCHW in both)
        return {
            "image": binary(real_image, 1.0) + binary(fake_image, 0.0),
            "clip": binary(real_clip, 1.0) + binary(fake_clip, 0.0),
        }

    def generator_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        return {
            "image": binary(self._image(made.video_BTCHW, rng), 1.0),
            "clip": binary(self.critics["clip"](made.video_BTCHW), 1.0),
        }

    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        noise = self.generator.fresh_noise(len(real), rng)
        # The last frame of a recorded clip may lie a little later than the generator's.
        times_BT = (1 / self.fps + real.times_BT).clamp(max=self.generator.grid.seconds)
        return {"noise": Clips(times_BT, video=self.generator(noise, times_BT))}

    def _image(self, video_BTCHW: Tensor, rng: torch.Generator) -> Tensor:
        """D_I's logits for one random frame of each clip."""
        clips, frames = video_BTCHW.shape[:2]
        chosen_B = torch.randint(frames, (clips,), generator=rng).to(video_BTCHW.device)
        logits: Tensor = self.critics["image"](video_BTCHW[torch.arange(clips, device=video_BTCHW.device), chosen_B])
        return logits


def binary(logits: Tensor, target: float) -> Tensor:
    """Cross-entropy of logits with one answer for all, 1 for real and 0 for generated."""
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))
