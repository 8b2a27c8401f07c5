"""G3AN's training: a critic of frames, a critic of clips, and their cross-entropies."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from motionkit.interfaces import ConfigError, Generated, Noise, TrainingConfig, VideoObjective
from motionkit_g3an.critics import ClipCritic, ImageCritic

if TYPE_CHECKING:
    from motionkit_g3an.generator import G3anGenerator


class G3anObjective(VideoObjective):
    """D_I judges one random frame of each clip, D_V the whole clip.

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

    config: Config

    def __init__(self, config: Config, generator: "G3anGenerator") -> None:
        super().__init__(config, generator)
        self.frames, self.fps = generator.config.frames, generator.config.fps
        for setting, widths in (("frame_widths", config.frame_widths), ("clip_widths", config.clip_widths)):
            if generator.image_size != 4 << len(widths):
                raise ConfigError(
                    f"video_stage.{setting} has {len(widths)} layers, which fit frames of {4 << len(widths)} pixels, "
                    f"but the generator's have {generator.image_size}"
                )
        fitting = 3 * (len(config.clip_widths) + 1) + 1
        if self.frames != fitting:
            raise ConfigError(
                f"video_stage.clip_widths has {len(config.clip_widths)} layers, which fit clips of {fitting} frames, "
                f"but the generator makes {self.frames}; set generator.frames={fitting}"
            )
        self.image_critic = ImageCritic(config.frame_widths)
        self.clip_critic = ClipCritic(config.clip_widths)

    def generate(self, generator: nn.Module, noise: Noise, times_BT: Tensor, rng: torch.Generator) -> Generated:
        """Clips, each frame once: at its own time, and not at that of the real clip's."""
        frames_T = torch.arange(1, self.frames + 1, device=times_BT.device) / self.fps
        return {"video": generator(noise, frames_T)}

    def forward(self, real_BTCHW: Tensor, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        fake_BTCHW = generated["video"]
        real_image, fake_image = (self._image(video, rng) for video in (real_BTCHW, fake_BTCHW))
        return {
            "image": binary(real_image, 1.0) + binary(fake_image, 0.0),
            "clip": binary(self.clip_critic(real_BTCHW), 1.0) + binary(self.clip_critic(fake_BTCHW), 0.0),
        }

    def generator_losses(self, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        return {
            "image": binary(self._image(generated["video"], rng), 1.0),
            "clip": binary(self.clip_critic(generated["video"]), 1.0),
        }

    def _image(self, video_BTCHW: Tensor, rng: torch.Generator) -> Tensor:
        """D_I's logits for one random frame of each clip."""
        clips, frames = video_BTCHW.shape[:2]
        chosen_B = torch.randint(frames, (clips,), generator=rng).to(video_BTCHW.device)
        logits: Tensor = self.image_critic(video_BTCHW[torch.arange(clips, device=video_BTCHW.device), chosen_B])
        return logits


def binary(logits: Tensor, target: float) -> Tensor:
    """Cross-entropy of logits with one answer for all, 1 for real and 0 for generated."""
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))
