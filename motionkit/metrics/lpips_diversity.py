"""The metric ``lpips_diversity``: whether clips look different from one another."""

import os.path
from pathlib import Path
from typing import Annotated

import torch
from pydantic import AfterValidator, Field
from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, Metric, Skeleton
from motionkit.metrics.networks.lpips import build_lpips, embedding, read_alexnet
from motionkit.numerics.resize import resized

SMALLEST = 64
"""Pixels that AlexNet needs; smaller frames are enlarged."""


class LpipsDiversity(Metric):
    """Mean LPIPS over all pairs of clips, of their middle frames: whether people look and stand differently.

    Range 0 and up, to be that of real clips; 0 if all frames are alike. LPIPS with AlexNet, version 0.1. For two
    frames it is the squared distance of vectors, those that :func:`embedding` gives, so the mean over all pairs is
    twice their variance, and no pairs need be drawn.

    Raises:
        ConfigError: AlexNet's weights are missing or damaged.
    """

    class Config(ComponentConfig):
        """Where the weights are."""

        weights: Annotated[Path, AfterValidator(lambda path: Path(os.path.expanduser(path)))] | None = Field(
            default=None,
            description="file of AlexNet's weights, .pth or .safetensors with torchvision's names; "
            "by default what torchvision has downloaded",
        )

    needs = "video"
    better = "real"
    span = (0.0, float("inf"))
    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.network = build_lpips(read_alexnet(config.weights))

    @torch.no_grad()
    def features(self, clips: Clips) -> Tensor:
        """The middle frame's :func:`embedding`, (B, D)."""
        frame_BCHW = clips.video_BTCHW[:, clips.video_BTCHW.shape[1] // 2]
        if min(frame_BCHW.shape[-2:]) < SMALLEST:
            frame_BCHW = resized(frame_BCHW, SMALLEST)
        return embedding(self.network, frame_BCHW)

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        """Mean over pairs of ``other_MD``; the real clips count only as what to compare with."""
        return float(2 * other_MD.double().var(0).sum())
