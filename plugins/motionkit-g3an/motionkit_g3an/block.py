"""The G3 block: three streams, of which appearance and motion flow into video."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class Growth(NamedTuple):
    """How a transposed convolution changes the length of an axis."""

    kernel: int
    stride: int
    padding: int


FROM_ONE_TO_FOUR = Growth(4, 1, 0)
TWICE = Growth(4, 2, 1)
SAME = Growth(1, 1, 0)


class G3Block(nn.Module):
    """Appearance grows in space, motion in time, video in both; then video takes up the other two.

    Args:
        appearance: channels of the appearance stream that comes in.
        video: channels of the video stream that comes in.
        motion: channels of the motion stream that comes in.
        width: channels of each stream that goes out; the video stream has twice as many, half of them appearance's.
        space: how height and width grow.
        time: how the number of frames grows.
    """

    def __init__(self, appearance: int, video: int, motion: int, width: int, space: Growth, time: Growth) -> None:
        super().__init__()
        self.appearance = growing(appearance, width, space=space)
        self.motion = growing(motion, width, time=time)
        self.video = nn.Sequential(growing(video, width, time=time), growing(width, width, space=space))

    def forward(self, appearance: Tensor, video: Tensor, motion: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The three streams, one step on.

        Args:
            appearance: (B, C, 1, H, W).
            video: (B, C, T, H, W).
            motion: (B, C, T, 1, 1).
        """
        appearance, video, motion = self.appearance(appearance), self.video(video), self.motion(motion)
        everywhen = appearance.expand(-1, -1, video.shape[2], -1, -1)
        return appearance, torch.cat([everywhen, video + motion], dim=1), motion


def growing(narrow: int, wide: int, space: Growth = SAME, time: Growth = SAME) -> nn.Sequential:
    """A transposed convolution along space or along time, batch norm and ReLU.

    In training batch norm takes the convolution's bias away again; it is kept because the authors' layers have it.
    """
    kernel, stride, padding = ((along, across, across) for along, across in zip(time, space, strict=True))
    convolution = nn.ConvTranspose3d(narrow, wide, kernel, stride, padding)
    return nn.Sequential(spectral_norm(convolution), nn.BatchNorm3d(wide), nn.ReLU())
