"""A discriminator of motion, and one of video."""

from torch import Tensor, nn

from motionkit.interfaces import Clips, ComponentConfig, Discriminator, Skeleton


class ToyDiscriminator(Discriminator):
    """Judges each pose, and the mean velocity of the clip."""

    class Config(ComponentConfig):
        """No settings."""

    judges = "motion"
    minimum_frames = 2

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.pose = nn.Linear(2 * skeleton.size, 1)
        self.velocity = nn.Linear(2 * skeleton.size, 1)

    def forward(self, clips: Clips) -> dict[str, Tensor]:
        """``frame`` (B, T) and ``sequence`` (B, 1)."""
        flat_BTF = clips.keypoints_BTK2.flatten(2)
        velocity_BTF = flat_BTF.diff(dim=1) / clips.times_BT.diff(dim=1)[..., None]
        return {"frame": self.pose(flat_BTF)[..., 0], "sequence": self.velocity(velocity_BTF).mean(1)}


class ToyVideoDiscriminator(Discriminator):
    """Judges the mean colour of each frame."""

    class Config(ComponentConfig):
        """No settings."""

    judges = "video"

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.colour = nn.Linear(3, 1)

    def forward(self, clips: Clips) -> dict[str, Tensor]:
        """``frame`` (B, T)."""
        return {"frame": self.colour(clips.video_BTCHW.mean((3, 4)))[..., 0]}
