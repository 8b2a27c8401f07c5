"""The encoder ``trajectory``: keypoints, at whatever times they were recorded, to the noise of their motion."""

from itertools import pairwise

import torch
from einops import rearrange
from pydantic import Field
from torch import nn

from motionkit.interfaces import Clips, Code, ComponentConfig, Encoder, Skeleton
from motionkit.numerics.resampling import linear_at
from motionkit.numerics.sequence_convolution import SequenceConvolution


class TrajectoryEncoder(Encoder):
    """Convolutions over the positions and velocities of a clip's first moments.

    Our choice. The encoder of a latent ODE (Rubanova et al., 2019) steps through irregular times with an ODE of its
    own; here the clip is read at even moments, between which its frames are joined by straight lines. A clip that is
    shorter stands still at its end; of a longer one the first moments decide, and the rest is for the motion model.
    """

    encodes = "motion"

    class Config(ComponentConfig):
        """At which moments a clip is read, and widths."""

        frames: int = Field(16, ge=2, description="moments that are read: as many as a training window has frames")
        fps: float = Field(16.0, gt=0, description="moments a second")
        widths: tuple[int, ...] = Field((128, 192, 256), min_length=1, description="channels; each layer halves time")

    config: Config

    def __init__(self, config: Config, skeleton: Skeleton, noise_size: int) -> None:
        super().__init__(config, skeleton, noise_size)
        layers: list[nn.Module] = []
        moments = config.frames
        for narrow, wide in pairwise((4 * skeleton.size, *config.widths)):
            layers += [SequenceConvolution(narrow, wide, 3, stride=2, padding=1), nn.LeakyReLU(0.2)]
            moments = (moments + 1) // 2
        self.layers = nn.Sequential(*layers)
        self.code = nn.Linear(moments * config.widths[-1], 2 * noise_size)

    def forward(self, clips: Clips) -> Code:
        positions_BTD = rearrange(clips.keypoints_BTK2.float(), "b t k xy -> b t (k xy)")
        since_BT = clips.times_BT - clips.times_BT[:, :1]
        moments_T = torch.arange(self.config.frames, device=since_BT.device) / self.config.fps
        read_BTD = linear_at(positions_BTD, since_BT, moments_T.expand(len(since_BT), -1).to(since_BT.dtype))
        # A quarter of the velocity a second, of the same size as the positions.
        change_BTD = read_BTD.diff(dim=1, prepend=read_BTD[:, :1]) * (self.config.fps / 4)
        motion_BDT = rearrange(torch.cat([read_BTD, change_BTD], dim=-1), "b t d -> b d t")
        return Code.of(self.code(self.layers(motion_BDT).flatten(1)))
