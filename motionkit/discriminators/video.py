"""The stage II critics: D_img sees frames, D_vid sees clips (section 3.2)."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from einops import rearrange
from pydantic import Field
from torch import Tensor

from motionkit.discriminators.layers import ConvolutionCritic
from motionkit.interfaces import Clips, ComponentConfig, Discriminator, Skeleton
from motionkit.numerics.heatmaps import gaussian_heatmaps


class VideoDiscriminator(Discriminator):
    """2-D convolutions over a frame beside its heatmaps, 3-D convolutions over a clip.

    Our choice: the frame critic sees the heatmaps that the frame was asked to follow, which makes the drawn figure
    follow them. The clip critic sees pixels alone.
    """

    judges = "video"

    class Config(ComponentConfig):
        """Widths of the critics and the heatmaps' spread; the layers are our choice, the paper gives none."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
            "small": {"frame_widths": (32, 64, 128, 128), "clip_widths": (24, 48, 96, 96)}
        }

        frame_widths: tuple[int, ...] = Field((64, 128, 256, 512), description="channels of the frame critic")
        clip_widths: tuple[int, ...] = Field((64, 128, 256, 512), description="channels of the clip critic")
        sigma: float = Field(0.1, gt=0, description="standard deviation of the heatmaps, in units of [-1, 1]")

    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.frame = ConvolutionCritic(2, 3 + skeleton.size, config.frame_widths, kernel=4)
        self.clip = ConvolutionCritic(3, 3, config.clip_widths)

    def forward(self, clips: Clips) -> dict[str, Tensor]:
        frames_NCHW = rearrange(clips.video_BTCHW, "b t c h w -> (b t) c h w")
        heatmaps_NKHW = gaussian_heatmaps(
            rearrange(clips.keypoints_BTK2, "b t k xy -> (b t) k xy"), frames_NCHW.shape[-1], self.config.sigma
        )
        conditioned = torch.cat([frames_NCHW, heatmaps_NKHW.to(frames_NCHW)], dim=1)
        return {
            "frame": rearrange(self.frame(conditioned), "(b t) 1 -> b t", b=len(clips)),
            "clip": self.clip(rearrange(clips.video_BTCHW, "b t c h w -> b c t h w")),
        }
