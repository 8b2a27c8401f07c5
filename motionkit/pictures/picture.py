"""A picture: what it is made of, and how it gets to the disk."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from motionkit.interfaces.dataset import as_video
from motionkit.io.atomic import replacing

Picture = NDArray[np.uint8]
"""RGB, (H, W, 3), or the frames of a clip, (T, H, W, 3), or those of several, (B, T, H, W, 3)."""


def to_picture(video_CHW: Tensor) -> Picture:
    """Frames of shape (..., C, H, W) in [-1, 1] as uint8 (..., H, W, C); what lies outside the range is clipped."""
    levels = ((video_CHW.detach().float().cpu() + 1) * 127.5).round().clamp(0, 255)
    return levels.movedim(-3, -1).numpy().astype(np.uint8)


def from_picture(picture: Picture) -> Tensor:
    """Frames of shape (..., H, W, C) as float32 (..., C, H, W) in [-1, 1]; :func:`to_picture` gives them back."""
    return as_video(planes(picture))


def planes(picture: Picture) -> Tensor:
    """Frames of shape (..., H, W, C) as uint8 (..., C, H, W)."""
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(picture, -1, -3)))


def save_png(path: str | Path, picture: Picture) -> None:
    """Write a picture as a PNG that is whole or absent; raises OSError where the folder cannot be written."""
    with replacing(path) as temporary:
        Image.fromarray(picture).save(temporary, format="PNG")
