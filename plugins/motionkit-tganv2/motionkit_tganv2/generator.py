"""The generator ``tganv2``: four levels of pictures over one recurrent trunk (Saito and others, 2020)."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from motionkit.interfaces import ComponentConfig, Grid, Noise, WholeGenerator
from motionkit_tganv2.objective import TganV2Objective
from motionkit_tganv2.subsampling import LEVELS, every_second


class TganV2Generator(WholeGenerator):
    """A recurrent trunk unfolds one noise vector over time; 2-D blocks enlarge each frame, level by level.

    Each of the four levels can show its frames. Training looks at all four, each with half of the frames of the level
    before and twice its size, so that its cost grows but little with the size of the pictures. What is generated is the
    last level, of which no frame is left out.
    """

    class Config(ComponentConfig):
        """Length and size of the clips, and widths."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
            "small": {"image_size": 64, "widths": (128, 128, 64, 32, 32, 16, 16)}
        }

        frames: int = Field(16, ge=8, multiple_of=8, description="frames of a clip")
        fps: float = Field(16, gt=0, description="frames a second: the rate of the clips that it is trained on")
        image_size: int = Field(192, ge=64, multiple_of=64, description="height and width of the frames in pixels")
        noise_size: int = Field(256, ge=1, description="length of z")
        widths: tuple[int, int, int, int, int, int, int] = Field(
            (1024, 512, 256, 128, 64, 32, 32),
            description="channels at 1/64 (the trunk), 1/32, 1/16, 1/8, 1/4, 1/2 and 1/1 of the size",
        )

    Objective = TganV2Objective
    config: Config

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.side = config.image_size // 64
        self.latent = nn.Linear(config.noise_size, config.widths[0] * self.side**2)
        self.trunk = ConvLSTM(config.widths[0], self.side, config.frames)
        blocks = [UpBlock(narrow, wide) for narrow, wide in pairwise(config.widths)]
        # The first level is an eighth of the size, three blocks up from the trunk.
        self.levels = nn.ModuleList([nn.Sequential(*blocks[:3]), *blocks[3:]])
        self.pictures = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(wide), nn.ReLU(), nn.Conv2d(wide, 3, 3, padding=1))
            for wide in config.widths[-LEVELS:]
        )

    @property
    def noise_sizes(self) -> dict[str, int]:
        return {"video": self.config.noise_size}

    @property
    def image_size(self) -> int:
        return self.config.image_size

    @property
    def grid(self) -> Grid:
        return Grid(self.config.frames, self.config.fps)

    def sample_noise(self, part: str, batch: int, rng: torch.Generator) -> Tensor:
        """z, uniform in [-1, 1], of shape (B, D), drawn on the CPU from ``rng``."""
        return 2 * torch.rand(batch, self.noise_sizes[part], generator=rng) - 1

    def forward(
        self, noise: Noise, times: Tensor, dropping: torch.Generator | None = None
    ) -> Tensor | tuple[Tensor, ...]:
        """Video; or with ``dropping``, which training hands in, the frames at these times on all four levels.

        Level l = 1, ..., 4 is then (B, T / 2^(l-1), 3, size / 2^(4-l), size / 2^(4-l)): every second frame of the level
        before, the first or the second of each two as ``dropping`` draws it.

        Raises:
            ConfigError: a time is later than the last frame.
        """
        frames = self.grid.nearest(times).expand(len(noise["video"]), -1)
        clips = torch.arange(len(frames), device=frames.device)[:, None]
        first_BCHW = self.latent(noise["video"]).unflatten(1, (self.config.widths[0], self.side, self.side))
        maps_BTCHW = self.trunk(first_BCHW)
        if dropping is not None:
            return tuple(self._levels(maps_BTCHW[clips, frames], dropping))
        *_, video_BTCHW = self._levels(maps_BTCHW, None)
        return video_BTCHW[clips, frames]

    def _levels(self, maps_BTCHW: Tensor, dropping: torch.Generator | None) -> Iterator[Tensor]:
        """Video of each level, from the trunk's maps of the frames of the first."""
        for number, (level, picture) in enumerate(zip(self.levels, self.pictures, strict=True)):
            if number > 0 and dropping is not None:
                maps_BTCHW = every_second(maps_BTCHW, dropping)
            clips = len(maps_BTCHW)
            maps_NCHW = level(maps_BTCHW.flatten(0, 1))
            maps_BTCHW = maps_NCHW.unflatten(0, (clips, -1))
            yield picture(maps_NCHW).float().tanh().unflatten(0, (clips, -1))


class ConvLSTM(nn.Module):
    """An LSTM of 3x3 convolutions, fed once, before the first frame, and with zeros after.

    Args:
        channels: of the input, the state and the output.
        side: height and width of its maps.
        frames: T, the steps that it takes.
    """

    def __init__(self, channels: int, side: int, frames: int) -> None:
        super().__init__()
        self.frames = frames
        self.input = nn.Conv2d(channels, 4 * channels, 3, padding=1)
        self.recurrent = nn.Conv2d(channels, 4 * channels, 3, padding=1, bias=False)
        # Our choice: unit gain, counting the taps of a kernel that lie inside the map (a map of one pixel has one), and
        # forget gates that keep their cells for 2 to T + 1 frames. With torch's own numbers, whose gates forget half of
        # everything at each frame, the last frames of all clips would begin alike.
        taps = (3 - 2 / side) ** 2
        for convolution in (self.input, self.recurrent):
            nn.init.normal_(convolution.weight, std=(channels * taps) ** -0.5)
        nn.init.zeros_(self.input.bias)
        with torch.no_grad():
            self.input.bias[channels : 2 * channels].uniform_(1, frames).log_()

    def forward(self, first_BCHW: Tensor) -> Tensor:
        """Its state at each frame, shape (B, T, C, H, W)."""
        gates = self.input(first_BCHW)
        cell = torch.zeros_like(first_BCHW)
        states = []
        for frame in range(self.frames):
            if frame > 0:  # the convolution of zeros is its bias
                gates = self.recurrent(states[-1]) + self.input.bias[:, None, None]
            enter, keep, leave, new = gates.chunk(4, dim=1)
            cell = keep.sigmoid() * cell + enter.sigmoid() * new.tanh()
            states.append(leave.sigmoid() * cell.tanh())
        return torch.stack(states, dim=1)


class UpBlock(nn.Module):
    """A residual block that doubles height and width."""

    def __init__(self, narrow: int, wide: int) -> None:
        super().__init__()
        self.before, self.after = nn.BatchNorm2d(narrow), nn.BatchNorm2d(wide)
        self.first = nn.Conv2d(narrow, wide, 3, padding=1)
        self.second = nn.Conv2d(wide, wide, 3, padding=1)
        self.skip = nn.Conv2d(narrow, wide, 1)

    def forward(self, maps_NCHW: Tensor) -> Tensor:
        inner = self.first(_twice(self.before(maps_NCHW).relu()))
        inner = self.second(self.after(inner).relu())
        # A 1x1 convolution and the enlargement can change places; small maps are cheaper.
        return inner + _twice(self.skip(maps_NCHW))


def _twice(maps_NCHW: Tensor) -> Tensor:
    return F.interpolate(maps_NCHW, scale_factor=2, mode="nearest")
