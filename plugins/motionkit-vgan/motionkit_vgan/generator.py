"""The generator ``vgan``: a moving foreground over a static background (Vondrick, Pirsiavash and Torralba, 2016)."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn

from motionkit.interfaces import ComponentConfig, Grid, Noise, WholeGenerator
from motionkit_vgan.objective import VganObjective

Widths = tuple[int, int, int, int]


class VganGenerator(WholeGenerator):
    """One noise vector becomes a foreground, a mask and a picture behind them: ``m * f + (1 - m) * b``.

    The whole clip is made at once, 64 x 64 pixels and 16 or 32 frames, by 3-D transposed convolutions.
    """

    class Config(ComponentConfig):
        """Length of the clips, and widths; the defaults are the paper's network."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"frames": 16, "widths": (128, 64, 32, 16)}}

        frames: Literal[16, 32] = Field(32, description="frames of a clip")
        fps: float = Field(16, gt=0, description="frames a second: the rate of the clips that it is trained on")
        noise_size: int = Field(100, ge=1, description="length of z")
        widths: Widths = Field((512, 256, 128, 64), description="channels at 4, 8, 16 and 32 pixels, in both streams")

    Objective = VganObjective
    config: Config

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        first = (config.frames // 16, 4, 4)
        self.moving = nn.Sequential(*_stream(nn.ConvTranspose3d, nn.BatchNorm3d, config, first))
        self.foreground = nn.ConvTranspose3d(config.widths[-1], 3, 4, stride=2, padding=1)
        self.mask = nn.ConvTranspose3d(config.widths[-1], 1, 4, stride=2, padding=1)
        self.static = nn.Sequential(
            *_stream(nn.ConvTranspose2d, nn.BatchNorm2d, config, (4, 4)),
            nn.ConvTranspose2d(config.widths[-1], 3, 4, stride=2, padding=1),
        )
        for module in self.modules():
            if isinstance(module, nn.ConvTranspose2d | nn.ConvTranspose3d):
                nn.init.normal_(module.weight, std=0.01)
                nn.init.zeros_(module.bias)

    @property
    def noise_sizes(self) -> dict[str, int]:
        return {"video": self.config.noise_size}

    @property
    def image_size(self) -> int:
        return 64

    @property
    def grid(self) -> Grid:
        return Grid(self.config.frames, self.config.fps)

    def forward(self, noise: Noise, times: Tensor, with_mask: bool = False) -> Tensor | tuple[Tensor, Tensor]:
        """Video, and beside it the mask of shape (B, T, 1, H, W) in [0, 1] if ``with_mask``, which training asks for.

        Raises:
            ConfigError: a time is later than the last frame.
        """
        frames = self.grid.nearest(times)
        noise_BD = noise["video"]
        moving = self.moving(noise_BD[..., None, None, None])
        foreground_BCTHW = self.foreground(moving).float().tanh()
        mask_B1THW = self.mask(moving).float().sigmoid()
        static_BCHW = self.static(noise_BD[..., None, None]).float().tanh()
        video_BCTHW = mask_B1THW * foreground_BCTHW + (1 - mask_B1THW) * static_BCHW[:, :, None]
        video_BTCHW, mask_BT1HW = (_shown(clips.transpose(1, 2), frames) for clips in (video_BCTHW, mask_B1THW))
        return (video_BTCHW, mask_BT1HW) if with_mask else video_BTCHW


def _stream(convolution: Any, norm: Any, config: VganGenerator.Config, first: tuple[int, ...]) -> list[nn.Module]:
    """Noise as one point of ``noise_size`` channels, spread over ``first`` and doubled thrice."""
    narrow, *wider = config.widths
    layers = [convolution(config.noise_size, narrow, first), norm(narrow), nn.ReLU()]
    for wide in wider:
        layers += [convolution(narrow, wide, 4, stride=2, padding=1), norm(wide), nn.ReLU()]
        narrow = wide
    return layers


def _shown(clips_BT: Tensor, frames: Tensor) -> Tensor:
    """Of each clip the frames with these indices, which are (T,) for all clips or (B, T) for each."""
    clips = len(clips_BT)
    return clips_BT[torch.arange(clips, device=clips_BT.device)[:, None], frames.expand(clips, -1)]
