"""An encoder of motion, and one of appearance."""

from torch import Tensor, nn

from motionkit.interfaces import Clips, Code, ComponentConfig, Encoder, Skeleton


class ToyEncoder(Encoder):
    """Reads the mean pose, and the mean velocity."""

    class Config(ComponentConfig):
        """No settings."""

    encodes = "motion"

    def __init__(self, config: Config, skeleton: Skeleton, noise_size: int) -> None:
        super().__init__(config, skeleton, noise_size)
        self.pose = nn.Linear(2 * skeleton.size, 2 * noise_size)
        self.velocity = nn.Linear(2 * skeleton.size, 2 * noise_size)

    def forward(self, clips: Clips) -> Code:
        """Mean and log-variance, each (B, noise_size)."""
        flat_BTF = clips.keypoints_BTK2.flatten(2)
        velocity_BTF = flat_BTF.diff(dim=1) / clips.times_BT.diff(dim=1)[..., None]
        return _code(self.pose(flat_BTF.mean(1)) + self.velocity(velocity_BTF.mean(1)))


class ToyPictureEncoder(Encoder):
    """Reads the mean colour."""

    class Config(ComponentConfig):
        """No settings."""

    encodes = "appearance"

    def __init__(self, config: Config, skeleton: Skeleton, noise_size: int) -> None:
        super().__init__(config, skeleton, noise_size)
        self.colour = nn.Linear(3, 2 * noise_size)

    def forward(self, clips: Clips) -> Code:
        """Mean and log-variance, each (B, noise_size)."""
        return _code(self.colour(clips.video_BTCHW.mean((1, 3, 4))))


def _code(numbers_BD: Tensor) -> Code:
    return Code(*numbers_BD.chunk(2, dim=1))
