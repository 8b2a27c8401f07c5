"""MoCoGAN's training: a critic of frames, a critic of clips that also names the action, and their cross-entropies."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from motionkit.interfaces import ConfigError, Generated, Noise, TrainingConfig, VideoObjective
from motionkit.numerics.timeline import frame_times
from motionkit_mocogan.critics import ClipCritic, ImageCritic

if TYPE_CHECKING:
    from motionkit_mocogan.generator import MocoganGenerator


class MocoganObjective(VideoObjective):
    """D_I judges one random frame of each clip, D_V the whole clip.

    D_V also guesses the category of generated clips, which is known, and both it and the generator are rewarded when it
    is right (InfoGAN's form, as in the paper). Real clips need no labels: nothing is asked about theirs.
    """

    class Config(TrainingConfig):
        """The authors' recipe: Adam at 2e-4 for all networks, weight decay 1e-5, and the latest weights are kept."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
            "small": {"steps": 3000, "batch": 8, "frame_widths": (32, 64, 128), "clip_widths": (12, 24, 48, 96)}
        }

        batch: int = Field(32, ge=1, description="clips a step, over all devices; our choice")
        discriminator_rate: float = Field(2e-4, gt=0, description="Adam's learning rate of the critics")
        weight_decay: float = Field(1e-5, ge=0, description="Adam's weight decay")
        average_decay: float = Field(0.0, ge=0, lt=1, description="decay of averaged weights; 0 keeps the latest")
        frames: int = Field(16, ge=1, description="frames of a clip in training")
        fps: float = Field(16, gt=0, description="frames a second of them; a motion on a grid should have the same")
        frame_widths: tuple[int, ...] = Field((64, 128, 256), min_length=1, description="channels of D_I")
        clip_widths: tuple[int, ...] = Field((64, 128, 256, 512), min_length=1, description="channels of D_V")

    config: Config
    grid_T: Tensor

    def __init__(self, config: Config, generator: "MocoganGenerator") -> None:
        super().__init__(config, generator)
        self.frames, self.fps, self.continuous = config.frames, config.fps, generator.continuous
        self.categories = generator.categories
        _require("frame_widths", 2 << len(config.frame_widths), generator.image_size, "pixels")
        _require("clip_widths", 4 << len(config.clip_widths), generator.image_size, "pixels")
        _require("clip_widths", 4 + 3 * len(config.clip_widths), config.frames, "frames")
        self.image_critic = ImageCritic(config.frame_widths)
        self.clip_critic = ClipCritic(config.clip_widths, self.categories)
        grid_T = frame_times(config.frames / config.fps, config.fps)
        self.register_buffer("grid_T", grid_T, persistent=False)

    def generate(self, generator: nn.Module, noise: Noise, times_BT: Tensor, rng: torch.Generator) -> Generated:
        """Clips and the category of each.

        A motion on a grid is asked for its steps, and not for the true times of the real clip's frames, because between
        its steps it has nothing but straight lines; a continuous one is asked for those times.
        """
        video_BTCHW = generator(noise, times_BT if self.continuous else self.grid_T)
        return {"video": video_BTCHW, "category": noise["motion"][:, : self.categories].argmax(1)}

    def forward(self, real_BTCHW: Tensor, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        real_BP, _ = self.clip_critic(real_BTCHW)
        fake_BP, category_BGP = self.clip_critic(generated["video"])
        real_image, fake_image = (self._image(video, rng) for video in (real_BTCHW, generated["video"]))
        return {
            "image": binary(real_image, 1.0) + binary(fake_image, 0.0),
            "clip": binary(real_BP, 1.0) + binary(fake_BP, 0.0),
            "category": category_loss(category_BGP, generated["category"]),
        }

    def generator_losses(self, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        fake_BP, category_BGP = self.clip_critic(generated["video"])
        return {
            "image": binary(self._image(generated["video"], rng), 1.0),
            "clip": binary(fake_BP, 1.0),
            "category": category_loss(category_BGP, generated["category"]),
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


def category_loss(logits_BGP: Tensor, category_B: Tensor) -> Tensor:
    """Cross-entropy of D_V's guess of each clip's category, at every place of its map."""
    return F.cross_entropy(logits_BGP, category_B[:, None].expand(-1, logits_BGP.shape[2]))


def _require(setting: str, least: int, found: int, what: str) -> None:
    if found < least:
        raise ConfigError(f"as many {setting} as video_stage has need {least} {what}, but clips have {found}")
