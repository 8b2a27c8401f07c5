"""MoCoGAN's training: a critic of frames, a critic of clips that also names the action, and their cross-entropies."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from motionkit.interfaces import Clips, ConfigError, Grid, Objective, TrainingConfig
from motionkit_mocogan.critics import ClipCritic, ImageCritic


class Made(NamedTuple):
    """Generated clips.

    Attributes:
        video_BTCHW: the frames of each, in [-1, 1].
        category_B: number of the action that each shows.
    """

    video_BTCHW: Tensor
    category_B: Tensor


class MocoganObjective(Objective):
    """D_I judges one random frame of each clip, D_V the whole clip.

    D_V also guesses the category of generated clips, which is known, and both it and the generator are rewarded when it
    is right (InfoGAN's form, as in the paper). Real clips need no labels: nothing is asked about theirs.

    Args:
        config: the settings.
        generator: a ``MocoganGenerator``.

    Raises:
        ConfigError: the critics have more layers than the clips have pixels or frames for.
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

    trains = "generator"
    config: Config
    critics: nn.ModuleDict

    def __init__(self, config: Config, generator: Any) -> None:
        _require("frame_widths", 2 << len(config.frame_widths), generator.image_size, "pixels")
        _require("clip_widths", 4 << len(config.clip_widths), generator.image_size, "pixels")
        _require("clip_widths", 4 + 3 * len(config.clip_widths), config.frames, "frames")
        image, clip = ImageCritic(config.frame_widths), ClipCritic(config.clip_widths, generator.categories)
        super().__init__(config, generator, nn.ModuleDict({"image": image, "clip": clip}))
        self.frames, self.fps = config.frames, config.fps

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Made:
        """Clips and the category of each.

        A motion on a grid is asked for its steps, and not for the true times of the real clip's frames, because between
        its steps it has nothing but straight lines; a continuous one is asked for those times.
        """
        noise = self.generator.fresh_noise(len(real), rng)
        steps_T = Grid(self.frames, self.fps).times_T.to(real.times)
        video_BTCHW = self.generator(noise, self._times(real) if self.generator.continuous else steps_T)
        return Made(video_BTCHW, noise["motion"][:, : self.generator.categories].argmax(1))

    def critics_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        made_BTCHW = made.video_BTCHW.detach()
        real_BP, _ = self.critics["clip"](real.video_BTCHW)
        fake_BP, category_BGP = self.critics["clip"](made_BTCHW)
        real_image, fake_image = (self._image(video_BTCHW, rng) for video_BTCHW in (real.video_BTCHW, made_BTCHW))
        return {
            "image": binary(real_image, 1.0) + binary(fake_image, 0.0),
            "clip": binary(real_BP, 1.0) + binary(fake_BP, 0.0),
            "category": category_loss(category_BGP, made.category_B),
        }

    def generator_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        fake_BP, category_BGP = self.critics["clip"](made.video_BTCHW)
        return {
            "image": binary(self._image(made.video_BTCHW, rng), 1.0),
            "clip": binary(fake_BP, 1.0),
            "category": category_loss(category_BGP, made.category_B),
        }

    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        noise, times_BT = self.generator.fresh_noise(len(real), rng), self._times(real)
        return {"noise": Clips(times_BT, video=self.generator(noise, times_BT))}

    def _times(self, real: Clips) -> Tensor:
        """Those of the real clips' frames, of which the first lies one frame after time 0."""
        return 1 / self.fps + real.times_BT

    def _image(self, video_BTCHW: Tensor, rng: torch.Generator) -> Tensor:
        """D_I's logits for one random frame of each clip."""
        clips, frames = video_BTCHW.shape[:2]
        chosen_B = torch.randint(frames, (clips,), generator=rng).to(video_BTCHW.device)
        logits: Tensor = self.critics["image"](video_BTCHW[torch.arange(clips, device=video_BTCHW.device), chosen_B])
        return logits


def binary(logits: Tensor, target: float) -> Tensor:
    """Cross-entropy of logits with one answer for all, 1 for real and 0 for generated."""
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def category_loss(logits_BGP: Tensor, category_B: Tensor) -> Tensor:
    """Cross-entropy of D_V's guess of each clip's category, at every place of its map."""
    return F.cross_entropy(logits_BGP, category_B[:, None].expand(-1, logits_BGP.shape[2]))


def _require(setting: str, least: int, found: int, what: str) -> None:
    if found < least:
        raise ConfigError(f"as many {setting} as video_objective has need {least} {what}, but clips have {found}")
