"""The stage II critics: D_img sees frames, D_vid sees clips (section 3.2)."""

from collections.abc import Mapping
from typing import Any, ClassVar

from einops import rearrange
from pydantic import Field
from torch import Tensor, equal

from motionkit.discriminators.layers import ConvolutionCritic
from motionkit.interfaces import Clips, ComponentConfig, Discriminator, Skeleton, Verdict
from motionkit.numerics.pose_maps import pose_channels, pose_pyramid


class VideoDiscriminator(Discriminator):
    """2-D convolutions over a frame beside its pose maps, 3-D convolutions over a clip.

    Our choice: the frame critic sees the pose maps that the frame was asked to follow, which makes the drawn figure
    follow them. The clip critic sees pixels alone.
    """

    judges = "video"

    class Config(ComponentConfig):
        """Widths of the critics and the heatmaps' spread; the layers are our choice, the paper gives none."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
            "small": {"frame_widths": (32, 64, 128, 128), "clip_widths": (24, 48, 96, 96), "limb_sigma": 0.05}
        }

        frame_widths: tuple[int, ...] = Field((64, 128, 256, 512), description="channels of the frame critic")
        clip_widths: tuple[int, ...] = Field((64, 128, 256, 512), description="channels of the clip critic")
        sigma: float = Field(0.1, gt=0, description="standard deviation of the heatmaps, in units of [-1, 1]")
        limb_sigma: float | None = Field(
            None, gt=0, description="half the thickness of the limb maps, in units of [-1, 1]; null for none"
        )

    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        channels = pose_channels(skeleton.size, skeleton.bones, config.limb_sigma)
        self.frame = ConvolutionCritic(2, 3 + channels, config.frame_widths, kernel=4)
        self.clip = ConvolutionCritic(3, 3, config.clip_widths)

    def forward(self, clips: Clips) -> dict[str, Tensor]:
        return self.examine(clips).logits

    def examine(self, clips: Clips) -> Verdict:
        """Logits of both critics, and the features of the frame critic after each layer."""
        frames_NCHW = rearrange(clips.video_BTCHW, "b t c h w -> (b t) c h w")
        size = frames_NCHW.shape[-1]
        (pose_MKHW,) = pose_pyramid(
            _once(rearrange(clips.keypoints_BTK2, "b t k xy -> (b t) k xy")),
            self.skeleton.bones,
            [size],
            size,
            self.config.sigma,
            self.config.limb_sigma,
        )
        frame_N1, features = self.frame.examine(frames_NCHW, pose_MKHW.to(frames_NCHW.dtype))
        logits = {
            "frame": rearrange(frame_N1, "(b t) 1 -> b t", b=len(clips)),
            "clip": self.clip(rearrange(clips.video_BTCHW, "b t c h w -> b c t h w")),
        }
        return Verdict(logits, features)


def _once(poses_NK2: Tensor) -> Tensor:
    """Half of the poses, if the others repeat them: real clips come in one batch with those drawn after them."""
    half = len(poses_NK2) // 2
    return poses_NK2[:half] if equal(poses_NK2[:half], poses_NK2[half:]) else poses_NK2
