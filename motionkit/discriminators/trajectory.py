"""Critics of keypoint coordinates: cheap, and stable because they are spectrally normalised."""

import torch
from einops import rearrange
from pydantic import Field
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from motionkit.discriminators.layers import ConvolutionCritic
from motionkit.interfaces import Clips, ComponentConfig, Discriminator, Skeleton
from motionkit.numerics.derivatives import divided_difference


class TrajectoryDiscriminator(Discriminator):
    """One critic of a frame's coordinates, and one of a sequence's positions and velocities.

    Our choice: the paper found coordinates unstable and judges heatmaps instead; with spectral norm coordinates are
    stable, and much cheaper than 3-D convolutions over heatmaps. Velocities are in units a second, so that a
    gap between two frames is seen for what it is.
    """

    judges = "motion"
    minimum_frames = 2

    class Config(ComponentConfig):
        """Widths of the two critics."""

        frame_width: int = Field(256, ge=1, description="width of the frame critic's layers")
        sequence_widths: tuple[int, ...] = Field((128, 256, 256), description="channels of the sequence critic")

    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        coordinates, width = 2 * skeleton.size, config.frame_width
        self.frame = nn.Sequential(
            spectral_norm(nn.Linear(coordinates, width)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Linear(width, width)),
            nn.LeakyReLU(0.2),
            spectral_norm(nn.Linear(width, 1)),
        )
        self.sequence = ConvolutionCritic(1, 2 * coordinates, config.sequence_widths, kernel=5)

    def forward(self, clips: Clips) -> dict[str, Tensor]:
        positions_BTD = rearrange(clips.keypoints_BTK2, "b t k xy -> b t (k xy)")
        velocities_BTD = divided_difference(positions_BTD, clips.times_BT, order=1)
        motion_BTD = torch.cat([positions_BTD[:, 1:], velocities_BTD], dim=-1)
        return {
            "frame": self.frame(positions_BTD).squeeze(-1),
            "sequence": self.sequence(rearrange(motion_BTD, "b t d -> b d t")),
        }
