"""Consistency of video in time: how alike a clip's consecutive frames are.

SSIM and PSNR compare a picture with the true one. A generator of new clips has no true picture, so here they compare
each frame with the next: flicker makes them lower than in real video, frames that stand still make them higher.
"""

import itertools
import math

import numpy as np
import torch
from skimage.metrics import structural_similarity
from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, ConfigError
from motionkit.metrics.mean import MeanMetric

WINDOW = 7
"""Pixels of the window of SSIM, scikit-image's own choice."""

PEAK = 2.0
"""Of video in [-1, 1]."""

ROUNDING = (PEAK / 255) ** 2 / 12
"""Mean squared error of rounding to 8 bits; a smaller difference of two frames cannot be shown."""


def frame_ssim(video_TCHW: Tensor) -> float:
    """Mean structural similarity (Wang et al. 2004) of consecutive frames in [-1, 1]."""
    frames_THWC = video_TCHW.movedim(1, -1).double().numpy()
    pairs = itertools.pairwise(frames_THWC)
    return float(
        np.mean([structural_similarity(a, b, data_range=PEAK, channel_axis=-1, win_size=WINDOW) for a, b in pairs])
    )


def frame_psnr(video_BTCHW: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of each clip in dB, (B,), from the squared difference of all consecutive frames.

    The difference counts as no smaller than that of rounding to 8 bits, so that a still clip has 58.9 dB and not
    infinitely many.
    """
    error_B = video_BTCHW.double().diff(dim=1).square().mean((1, 2, 3, 4)).clamp(min=ROUNDING)
    return 10 * torch.log10(PEAK**2 / error_B)


def _video(clips: Clips) -> Tensor:
    if clips.video_BTCHW.shape[1] < 2:
        raise ConfigError("it takes two frames, but the clips have one")
    return clips.video_BTCHW


class FrameSsim(MeanMetric):
    """Mean structural similarity of consecutive frames: -1 to 1, where 1 is a still clip; to be that of real clips."""

    class Config(ComponentConfig):
        """No settings."""

    needs = "video"
    better = "real"
    span = (-1.0, 1.0)

    def features(self, clips: Clips) -> Tensor:
        """Mean SSIM, (B, 1)."""
        video_BTCHW = _video(clips)
        if min(video_BTCHW.shape[-2:]) < WINDOW:
            raise ConfigError(f"it takes frames of {WINDOW} pixels, but the clips' have {video_BTCHW.shape[-1]}")
        return torch.tensor([[frame_ssim(video_TCHW)] for video_TCHW in video_BTCHW])


class FramePsnr(MeanMetric):
    """Mean peak signal-to-noise ratio of consecutive frames, in dB: to be that of real clips; 58.9 is a still clip."""

    class Config(ComponentConfig):
        """No settings."""

    needs = "video"
    better = "real"
    span = (0.0, 10 * math.log10(PEAK**2 / ROUNDING))

    def features(self, clips: Clips) -> Tensor:
        """PSNR, (B, 1)."""
        return frame_psnr(_video(clips))[:, None]
