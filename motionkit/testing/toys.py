"""Small correct components: to test tools with, and to copy when writing a first plugin. They learn nothing useful."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pydantic
import torch
from torch import Tensor, nn
from torch.nn import functional

from motionkit.interfaces import (
    Clip,
    ClipDataset,
    Clips,
    ComponentConfig,
    Detector,
    Discriminator,
    Frame,
    Generated,
    Metric,
    MotionGenerator,
    Noise,
    Pose,
    Renderer,
    Skeleton,
    TrainingConfig,
    VideoGenerator,
    VideoObjective,
    Window,
)

TOY = Skeleton("toy-3", ("head", "left hand", "right hand"), bones=((0, 1), (0, 2)), mirror=(0, 2, 1))
"""A head and two hands."""


class ToyMotion(MotionGenerator):
    """Each keypoint swings about its place in a sine."""

    class Config(ComponentConfig):
        """Sizes."""

        presets: ClassVar = {"small": {"hidden": 8}}
        hidden: int = pydantic.Field(32, ge=1, description="length of the latent state")

    continuous = True
    stochastic = False
    noise_size = 4

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.begin = nn.Linear(self.noise_size, config.hidden)
        self.place = nn.Linear(config.hidden, 2 * skeleton.size)
        self.swing = nn.Linear(config.hidden, 2 * skeleton.size)

    def initial_value(self, noise_BD: Tensor) -> Tensor:
        """P(z_m), shape (B, hidden)."""
        return torch.tanh(self.begin(noise_BD))

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        """Keypoints of shape (B, T, K, 2)."""
        state_BH = self.initial_value(noise_BD)
        sine_BT1 = torch.sin(2 * math.pi * times).expand(len(noise_BD), -1)[..., None]
        flat_BTF = self.place(state_BH)[:, None] + sine_BT1 * self.swing(state_BH)[:, None]
        return torch.tanh(flat_BTF).unflatten(-1, (self.skeleton.size, 2))


class ToyRenderer(Renderer):
    """A soft spot at each keypoint, in colours that the noise chooses."""

    class Config(ComponentConfig):
        """Sizes."""

        presets: ClassVar = {"small": {"image_size": 16}}
        image_size: int = pydantic.Field(64, ge=4, description="height and width of the frames, in pixels")

    noise_size = 4
    config: Config
    centres: Tensor

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.normalise = nn.BatchNorm2d(skeleton.size)
        self.paint = nn.Conv2d(skeleton.size, 3, 1)
        self.colour = nn.Linear(self.noise_size, 3)
        centres = (2 * torch.arange(config.image_size) + 1) / config.image_size - 1
        self.register_buffer("centres", centres, persistent=False)

    @property
    def image_size(self) -> int:
        """Height and width, in pixels."""
        return self.config.image_size

    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        """Video of shape (B, T, 3, H, W)."""
        batch, frames = keypoints_BTK2.shape[:2]
        near_NKS2 = torch.exp(-8 * (self.centres[:, None] - keypoints_BTK2.flatten(0, 1)[:, :, None]) ** 2)
        spots_NKHW = near_NKS2[..., 1, None] * near_NKS2[..., None, :, 0]
        tint_N3 = self.colour(noise_BD).repeat_interleave(frames, 0)
        pixels_N3HW = self.paint(self.normalise(spots_NKHW)) + tint_N3[:, :, None, None]
        return torch.tanh(pixels_N3HW).unflatten(0, (batch, frames))


class ToyDiscriminator(Discriminator):
    """Judges each pose, and the mean velocity of the clip."""

    class Config(ComponentConfig):
        """No settings."""

    judges = "motion"
    minimum_frames = 2

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.pose = nn.Linear(2 * skeleton.size, 1)
        self.velocity = nn.Linear(2 * skeleton.size, 1)

    def forward(self, clips: Clips) -> dict[str, Tensor]:
        """``frame`` (B, T) and ``sequence`` (B, 1)."""
        flat_BTF = clips.keypoints_BTK2.flatten(2)
        velocity_BTF = flat_BTF.diff(dim=1) / clips.times_BT.diff(dim=1)[..., None]
        return {"frame": self.pose(flat_BTF)[..., 0], "sequence": self.velocity(velocity_BTF).mean(1)}


class ToyVideoDiscriminator(Discriminator):
    """Judges the mean colour of each frame."""

    class Config(ComponentConfig):
        """No settings."""

    judges = "video"

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.colour = nn.Linear(3, 1)

    def forward(self, clips: Clips) -> dict[str, Tensor]:
        """``frame`` (B, T)."""
        return {"frame": self.colour(clips.video_BTCHW.mean((3, 4)))[..., 0]}


class ToyObjective(VideoObjective):
    """One critic, of the mean colour of each frame."""

    class Config(TrainingConfig):
        """A short recipe."""

        steps: int = pydantic.Field(100, ge=1, description="training steps, where the command line gives no budget")
        batch: int = pydantic.Field(4, ge=1, description="clips a step, over all devices")

    def __init__(self, config: Config, generator: VideoGenerator) -> None:
        super().__init__(config, generator)
        self.frames, self.fps = 8, 8.0
        self.colour = nn.Linear(3, 1)

    def judge(self, video_BTCHW: Tensor) -> Tensor:
        """Logits (B, T), high for real."""
        return self.colour(video_BTCHW.mean((3, 4)))[..., 0]

    def forward(self, real_BTCHW: Tensor, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        """The logistic loss."""
        real, fake = self.judge(real_BTCHW), self.judge(generated["video"])
        return {"frame": functional.softplus(-real).mean() + functional.softplus(fake).mean()}

    def generator_losses(self, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        """Its counterpart."""
        return {"frame": functional.softplus(-self.judge(generated["video"])).mean()}


class ToyGenerator(VideoGenerator):
    """One colour in every clip, which brightens and darkens as its motion noise says."""

    class Config(ComponentConfig):
        """The picture's size."""

        presets: ClassVar = {"small": {"image_size": 8}}
        image_size: int = pydantic.Field(64, ge=1, description="height and width of the frames, in pixels")

    Objective = ToyObjective
    continuous = True
    noise_sizes: ClassVar = {"motion": 2, "appearance": 3}
    config: Config

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.colour = nn.Linear(3, 3)
        self.swing = nn.Linear(2, 1)

    @property
    def image_size(self) -> int:
        """Height and width, in pixels."""
        return self.config.image_size

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        """Video of shape (B, T, 3, H, W)."""
        light_BT = torch.sin(2 * math.pi * times + self.swing(noise["motion"]))
        colour_BTC = torch.tanh(self.colour(noise["appearance"])[:, None] + light_BT[..., None])
        return colour_BTC[..., None, None].repeat(1, 1, 1, self.image_size, self.image_size)


class ToyClip(Clip):
    """Two hands that circle a head, each clip from an angle of its own, known at every time."""

    label = "circle"
    seconds = 2.0

    def __init__(self, angle: float) -> None:
        self.angle = angle
        self.source = f"circle from {math.degrees(angle):.0f} degrees"

    def window(self, times_T: Tensor, size: int | None = None) -> Window:
        """The clip at exactly these times; the video is grey, brighter where the left hand is higher."""
        turn_T = self.angle + math.pi * times_T
        hand_T2 = 0.5 * torch.stack([turn_T.cos(), turn_T.sin()], dim=-1)
        keypoints_TK2 = torch.stack([torch.zeros_like(hand_T2), hand_T2, -hand_T2], dim=1).float()
        video = None if size is None else -keypoints_TK2[:, 1, 1, None, None, None].repeat(1, 3, size, size)
        return Window(times_T, keypoints_TK2, torch.ones(len(times_T), TOY.size), video)


class ToyDataset(ClipDataset):
    """Circling hands, at angles that the two splits do not share."""

    class Config(ComponentConfig):
        """The number of clips."""

        clips: int = pydantic.Field(8, ge=1, description="clips in each split")

    config: Config
    skeleton = TOY

    def __len__(self) -> int:
        return self.config.clips

    def __getitem__(self, index: int) -> ToyClip:
        """The clip at the index-th angle of its split."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        return ToyClip(math.pi * (index + (0.5 if self.split == "test" else 0.0)) / len(self))


class ToyDetector(Detector):
    """Takes the brightest pixel for the head, and the reddest and the bluest for the hands."""

    class Config(ComponentConfig):
        """The threshold."""

        contrast: float = pydantic.Field(0.1, ge=0, le=1, description="below it, a frame holds no figure")

    config: Config
    skeleton = TOY

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        """A pose for each frame, or None where all pixels are alike."""
        for frame in frames:
            image_HWC = frame.image_HWC.astype(np.float32) / 255
            height, width = image_HWC.shape[:2]
            red, blue = image_HWC[..., 0], image_HWC[..., 2]
            if np.ptp(image_HWC) < self.config.contrast:
                yield None
                continue
            peaks = [
                np.unravel_index(map_HW.argmax(), map_HW.shape) for map_HW in (image_HWC.sum(2), red - blue, blue - red)
            ]
            keypoints_K2 = [((2 * x + 1) / width - 1, (2 * y + 1) / height - 1) for y, x in peaks]
            yield Pose(np.array(keypoints_K2, dtype=np.float32), np.ones(TOY.size, dtype=np.float32))


class ToyMetric(Metric):
    """How far apart real and generated clips are in their mean keypoints: 0 and up, lower is closer."""

    class Config(ComponentConfig):
        """The unit."""

        unit: float = pydantic.Field(1.0, gt=0, description="of the distance, in units of [-1, 1]")

    needs = "keypoints"
    better = "lower"
    span = (0.0, math.inf)
    config: Config

    def features(self, clips: Clips) -> Tensor:
        """Keypoints, (B, T K 2)."""
        return clips.keypoints_BTK2.flatten(1) / self.config.unit

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        """Length of the difference of the means."""
        return float((real_ND.mean(0) - other_MD.mean(0)).norm())
