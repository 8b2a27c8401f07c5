"""A dataset of circling hands."""

import math

import pydantic
import torch
from torch import Tensor

from motionkit.interfaces import Clip, ClipDataset, ComponentConfig, Window
from motionkit.testing.toys.skeleton import TOY


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
