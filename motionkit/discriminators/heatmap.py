"""The paper's stage I critics: D_fr sees the heatmaps of a frame, D_sq those of a sequence (section 3.1)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from einops import rearrange
from pydantic import Field
from torch import Tensor

from motionkit.discriminators.layers import ConvolutionCritic
from motionkit.interfaces import Clips, ComponentConfig, Discriminator, Skeleton
from motionkit.numerics.pose_maps import gaussian_heatmaps


class HeatmapDiscriminator(Discriminator):
    """2-D convolutions over one frame's heatmaps, 3-D convolutions over a sequence of them."""

    judges = "motion"

    class Config(ComponentConfig):
        """Resolution of the heatmaps and widths of the critics; the layers are our choice, the paper gives none."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"size": 16, "widths": (32, 64, 128)}}

        size: int = Field(32, ge=8, description="height and width of the heatmaps in pixels")
        sigma: float = Field(0.1, gt=0, description="standard deviation of the heatmaps, in units of [-1, 1]")
        widths: tuple[int, ...] = Field((64, 128, 256, 256), description="channels after each layer, of both critics")

    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.frame = ConvolutionCritic(2, skeleton.size, config.widths)
        self.sequence = ConvolutionCritic(3, skeleton.size, config.widths)

    def forward(self, clips: Clips) -> dict[str, Tensor]:
        heatmaps_NKHW = gaussian_heatmaps(
            rearrange(clips.keypoints_BTK2, "b t k xy -> (b t) k xy"), self.config.size, self.config.sigma
        )
        return {
            "frame": rearrange(self.frame(heatmaps_NKHW), "(b t) 1 -> b t", b=len(clips)),
            "sequence": self.sequence(rearrange(heatmaps_NKHW, "(b t) k h w -> b k t h w", b=len(clips))),
        }
