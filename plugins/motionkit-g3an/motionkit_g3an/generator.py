"""G3AN's generator: a ladder of G3 blocks."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from einops import rearrange
from pydantic import Field, model_validator
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from motionkit.interfaces import ComponentConfig, Grid, Noise, WholeGenerator
from motionkit_g3an.attention import FactorisedAttention
from motionkit_g3an.block import FROM_ONE_TO_FOUR, SAME, TWICE, G3Block
from motionkit_g3an.objective import G3anObjective


class G3anGenerator(WholeGenerator):
    """Appearance noise and motion noise to a clip of fixed length, made all at once."""

    class Config(ComponentConfig):
        """Sizes; the defaults are the authors'."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"widths": (96, 96, 48, 24, 12)}}

        appearance_size: int = Field(128, ge=1, description="length of z_a")
        motion_size: int = Field(10, ge=1, description="length of z_m")
        widths: tuple[int, ...] = Field(
            (512, 512, 256, 128, 64), min_length=2, description="channels of a stream at 4, 8, ... pixels"
        )
        frames: int = Field(16, ge=4, description="frames of a clip: 4, doubled in the blocks after the first")
        fps: float = Field(16, gt=0, description="frames a second")
        attention: bool = Field(False, description="factorised self-attention before the last block")

        @model_validator(mode="after")
        def _frames_can_be_reached(self) -> "G3anGenerator.Config":
            reached = [4 << doublings for doublings in range(len(self.widths))]
            if self.frames not in reached:
                raise ValueError(f"frames must be one of {', '.join(map(str, reached))}, but is {self.frames}")
            if self.attention and self.widths[-2] < 4:
                raise ValueError("attention needs at least 4 channels in the last block but one")
            return self

    Objective = G3anObjective
    config: Config

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        first, *widths = config.widths
        appearance, motion = config.appearance_size, config.motion_size
        blocks = [G3Block(appearance, appearance + motion, motion, first, FROM_ONE_TO_FOUR, FROM_ONE_TO_FOUR)]
        frames, narrow = 4, first
        for wide in widths:
            blocks.append(G3Block(narrow, 2 * narrow, narrow, wide, TWICE, TWICE if frames < config.frames else SAME))
            frames, narrow = min(2 * frames, config.frames), wide
        self.blocks = nn.ModuleList(blocks)
        self.attention = FactorisedAttention(2 * config.widths[-2]) if config.attention else nn.Identity()
        self.to_rgb = spectral_norm(nn.Conv3d(2 * narrow, 3, (1, 3, 3), padding=(0, 1, 1)))

    @property
    def noise_sizes(self) -> dict[str, int]:
        return {"motion": self.config.motion_size, "appearance": self.config.appearance_size}

    @property
    def image_size(self) -> int:
        return 2 << len(self.config.widths)

    @property
    def grid(self) -> Grid:
        return Grid(self.config.frames, self.config.fps)

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        index_BT = self.grid.nearest(times).expand(len(noise["motion"]), -1)
        video_BTCHW = self.clip(noise["appearance"], noise["motion"])
        clips_B1 = torch.arange(len(video_BTCHW), device=video_BTCHW.device)[:, None]
        return video_BTCHW[clips_B1, index_BT.to(video_BTCHW.device)]

    def clip(self, appearance_BD: Tensor, motion_BD: Tensor) -> Tensor:
        """All frames, (B, T, 3, H, W)."""
        appearance, motion = (noise_BD[..., None, None, None] for noise_BD in (appearance_BD, motion_BD))
        video = torch.cat([appearance, motion], dim=1)
        for block in self.blocks[:-1]:
            appearance, video, motion = block(appearance, video, motion)
        _, video, _ = self.blocks[-1](appearance, self.attention(video), motion)
        return rearrange(torch.tanh(self.to_rgb(video).float()), "b c t h w -> b t c h w")
