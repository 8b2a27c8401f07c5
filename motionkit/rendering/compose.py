"""The renderer of MODE-GAN: a ladder of upsampling layers and composition blocks (section 3.2, Fig. 3)."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, ClassVar

import torch
from einops import rearrange, repeat
from pydantic import Field, ValidationInfo, field_validator
from torch import Tensor, nn

from motionkit.interfaces import ComponentConfig, Renderer, Skeleton
from motionkit.numerics.pose_maps import pose_channels, pose_pyramid
from motionkit.rendering.composition import CompositionBlock
from motionkit.rendering.upsampling import Upsampling


class ComposeRenderer(Renderer):
    """Draws each frame by itself from its pose maps and the clip's appearance; there is no temporal layer."""

    class Config(ComponentConfig):
        """Widths, sizes and the heatmaps' spread. N, the number of blocks, follows from the sizes: 2 -> 64 px is 5."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
            "small": {"widths": (256, 128, 64, 32, 24, 16, 12), "style_size": 64, "limb_sigma": 0.05}
        }

        image_size: int = Field(64, ge=4, description="height and width of the frames in pixels, a power of 2")
        # The widths are our choice: the paper gives L/4 for the first and nothing for the others. A level is as wide in
        # a picture of any size, because what 4 pixels can say of a figure is the same in all.
        widths: tuple[int, ...] = Field(
            (512, 512, 256, 128, 64, 32, 16),
            validate_default=True,
            description="channels at 2, 4, 8, ... pixels; those beyond the picture's size are left out",
        )
        noise_size: int = Field(128, ge=1, description="length of z_a")
        style_size: int = Field(128, ge=1, description="length of FC^n(f_a) in each block")
        sigma: float = Field(0.1, gt=0, description="standard deviation of the heatmaps, in units of [-1, 1]")
        # The paper draws from keypoints alone; with limb maps people take shape several times sooner.
        limb_sigma: float | None = Field(
            None, gt=0, description="half the thickness of the limb maps, in units of [-1, 1]; null for none"
        )

        @field_validator("image_size")
        @classmethod
        def _doubled_from_2(cls, image_size: int) -> int:
            if image_size.bit_count() != 1:
                raise ValueError("it must be a power of 2")
            return image_size

        @field_validator("widths")
        @classmethod
        def _one_a_level(cls, widths: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
            image_size = info.data.get("image_size", 2)
            levels = image_size.bit_length() - 1
            if len(widths) < levels:
                raise ValueError(
                    f"a picture of {image_size} pixels needs {levels} widths, "
                    f"for 2, 4, ..., {image_size} pixels, but there are {len(widths)}"
                )
            return widths[:levels]

    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        widths = config.widths
        self.sizes = [2 << level for level in range(1, len(widths))]
        appearance_size = 4 * widths[0]  # L, so that f_a is L / 4 channels of 2 x 2 pixels
        appearance = nn.Linear(config.noise_size, appearance_size)
        nn.init.kaiming_normal_(appearance.weight, a=0.2)  # unit variance, as in the blocks
        self.appearance = nn.Sequential(appearance, nn.LeakyReLU(0.2))
        self.upsample = nn.ModuleList(Upsampling(narrow, wide) for narrow, wide in pairwise(widths))
        channels = pose_channels(skeleton.size, skeleton.bones, config.limb_sigma)
        self.compose = nn.ModuleList(
            CompositionBlock(width, channels, appearance_size, config.style_size) for width in widths[1:]
        )
        self.activation = nn.LeakyReLU(0.2, inplace=True)
        self.to_rgb = nn.Conv2d(widths[-1], 3, kernel_size=3, padding=1)
        # Our choice: the first pictures are almost grey, because critics would first have to unlearn vivid noise.
        nn.init.normal_(self.to_rgb.weight, std=0.1 / (9 * widths[-1]) ** 0.5)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # about a fifth faster

    @property
    def noise_size(self) -> int:
        return self.config.noise_size

    @property
    def image_size(self) -> int:
        return self.config.image_size

    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        frames = keypoints_BTK2.shape[1]
        appearance_BL = self.appearance(noise_BD)
        # f_a, reshaped, is the first feature map, M^1. No pose comes in before the first block, so that until there one
        # map a clip is enough.
        maps_BCHW = self.upsample[0](rearrange(appearance_BL, "b (c h w) -> b c h w", h=2, w=2))
        maps_NCHW = repeat(maps_BCHW, "b c h w -> (b t) c h w", t=frames).contiguous(memory_format=torch.channels_last)
        poses = pose_pyramid(
            rearrange(keypoints_BTK2, "b t k xy -> (b t) k xy"),
            self.skeleton.bones,
            self.sizes,
            self.image_size,
            self.config.sigma,
            self.config.limb_sigma,
        )
        for upsample, compose, pose_NKHW in zip([nn.Identity(), *self.upsample[1:]], self.compose, poses, strict=True):
            maps_NCHW = self.activation(compose(upsample(maps_NCHW), pose_NKHW, appearance_BL))
        video_NCHW = torch.tanh(self.to_rgb(maps_NCHW).float())
        return rearrange(video_NCHW, "(b t) c h w -> b t c h w", t=frames)
