"""MoCoGAN's image network: one frame from content, category and motion code."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, ClassVar

import torch
from einops import rearrange, repeat
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from motionkit.interfaces import ComponentConfig, Renderer, Skeleton


class MocoganRenderer(Renderer):
    """A ladder of transposed convolutions that draws each frame by itself, from z = [content | category | code].

    Content and category are the clip's; the code is the frame's keypoints as one list of numbers, nothing more: the
    network does not know that they are places.

    The noise holds the content and one score for each category, all N(0, I). The category is that of the highest
    score, so all are equally likely, by symmetry.
    """

    class Config(ComponentConfig):
        """Sizes; the defaults are the authors'."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"widths": (192, 96, 48, 24)}}

        content_size: int = Field(50, ge=1, description="length of the content noise")
        categories: int = Field(6, ge=1, description="kinds of action")
        widths: tuple[int, ...] = Field(
            (512, 256, 128, 64),
            min_length=1,
            description="channels at 4, 8, ... pixels; the frames have twice the last",
        )

    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        widths = config.widths
        layers: list[nn.Module] = [
            nn.ConvTranspose2d(self.noise_size + 2 * skeleton.size, widths[0], kernel_size=4, bias=False)
        ]
        for narrow, wide in pairwise((*widths, 3)):
            layers += [nn.BatchNorm2d(narrow), nn.ReLU(), nn.ConvTranspose2d(narrow, wide, 4, 2, padding=1, bias=False)]
        self.ladder = nn.Sequential(*layers)

    @property
    def noise_size(self) -> int:
        return self.config.content_size + self.config.categories

    @property
    def image_size(self) -> int:
        return 4 << len(self.config.widths)

    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        frames = keypoints_BTK2.shape[1]
        content_BD, scores_BG = noise_BD.split([self.config.content_size, self.config.categories], dim=1)
        category_BG = F.one_hot(scores_BG.argmax(1), self.config.categories).to(content_BD)
        clip_ND = repeat(torch.cat([content_BD, category_BG], dim=1), "b d -> (b t) d", t=frames)
        code_ND = rearrange(keypoints_BTK2, "b t k xy -> (b t) (k xy)")
        z_ND11 = torch.cat([clip_ND, code_ND], dim=1)[..., None, None]
        video_NCHW = torch.tanh(self.ladder(z_ND11).float())
        return rearrange(video_NCHW, "(b t) c h w -> b t c h w", t=frames)
