"""The encoder ``picture``: one or more frames of a clip, and the poses in them, to the noise of its appearance."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, ClassVar

import torch
from einops import rearrange
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from motionkit.interfaces import Clips, Code, ComponentConfig, Encoder, Skeleton
from motionkit.numerics.pose_maps import gaussian_heatmaps, limb_maps


class PictureEncoder(Encoder):
    """Convolutions over the whole picture, beside its mean colours: on a coarse grid, along every limb, at every joint.

    The colours are our choice. Convolutions whose groups are normalised see contrasts rather than colours, and a body
    covers so little of a picture that its clothes would be known long after the background. Of several frames the mean
    is taken.
    """

    encodes = "appearance"

    class Config(ComponentConfig):
        """Widths, and how wide a limb is."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"widths": (32, 64, 96, 128)}}

        widths: tuple[int, ...] = Field((64, 128, 192, 256), min_length=1, description="channels; each layer halves")
        limb_sigma: float = Field(0.03, gt=0, description="half of a limb's thickness, in units of [-1, 1]")
        joint_sigma: float = Field(0.03, gt=0, description="spread of the place around a joint, in units of [-1, 1]")

    GRID = 4
    """Height and width of what convolutions leave of a picture of any size, which the last layer reads."""
    COARSE = 8
    """Height and width of the grid of mean colours, which the last layer reads too."""

    config: Config

    def __init__(self, config: Config, skeleton: Skeleton, noise_size: int) -> None:
        super().__init__(config, skeleton, noise_size)
        layers: list[nn.Module] = []
        for narrow, wide in pairwise((3, *config.widths)):
            layers += [nn.Conv2d(narrow, wide, 4, stride=2, padding=1), nn.GroupNorm(8, wide), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        colours = 3 * (self.COARSE**2 + skeleton.size + len(skeleton.bones))
        self.code = nn.Linear(config.widths[-1] * self.GRID**2 + colours, 2 * noise_size)

    def forward(self, clips: Clips) -> Code:
        frames_NCHW = rearrange(clips.video_BTCHW, "b t c h w -> (b t) c h w")
        keypoints_NK2 = rearrange(clips.keypoints_BTK2, "b t k xy -> (b t) k xy")
        picture_ND = F.adaptive_avg_pool2d(self.layers(frames_NCHW), self.GRID).flatten(1)
        coarse_ND = F.adaptive_avg_pool2d(frames_NCHW, self.COARSE).flatten(1)
        features_ND = torch.cat([picture_ND, coarse_ND, self._colours(frames_NCHW, keypoints_NK2)], dim=1)
        features_BD = rearrange(features_ND, "(b t) d -> b t d", b=len(clips)).mean(1)
        return Code.of(self.code(features_BD))

    def _colours(self, frames_NCHW: Tensor, keypoints_NK2: Tensor) -> Tensor:
        """The mean colour around each joint and along each bone, (N, 3 (K + bones)); grey where it is out of sight."""
        size, bones = frames_NCHW.shape[-1], self.skeleton.bones
        maps = [gaussian_heatmaps(keypoints_NK2, size, self.config.joint_sigma)]
        if bones:
            maps.append(limb_maps(keypoints_NK2, bones, size, self.config.limb_sigma))
        # A fourth colour, 1 everywhere, so that the sum of the weights is found on the way.
        colours_N4P = F.pad(frames_NCHW.float().flatten(2), (0, 0, 0, 1), value=1.0)
        sums_NM4 = torch.cat([torch.einsum("nmp,ncp->nmc", it.flatten(2), colours_N4P) for it in maps], dim=1)
        return (sums_NM4[..., :3] / (sums_NM4[..., 3:] + 1)).flatten(1)  # less than a pixel of it counts for little
