"""A small network that finds keypoints in frames, to see where a figure was drawn."""

from pathlib import Path

import torch
from torch import Tensor, nn

from motionkit.interfaces import ConfigError, Skeleton
from motionkit.metrics.networks.weights_file import WeightsFile, chosen_file, fill
from motionkit.numerics.pose_maps import pixel_centres
from motionkit.numerics.resize import resized

NETWORK = "pose reader"
SHIPPED = "actions-pose-reader.safetensors"
SIZE = 64
"""Height and width in pixels of the frames that it is trained on."""


class PoseReader(nn.Module):
    """Frames to keypoints: convolutions to one heatmap a joint, and the mean position under each (soft-argmax).

    About 360 000 parameters.

    Args:
        joints: K, how many keypoints it finds.
    """

    def __init__(self, joints: int) -> None:
        super().__init__()

        def down(narrow: int, wide: int) -> list[nn.Module]:
            return [nn.Conv2d(narrow, wide, 4, 2, 1, bias=False), nn.BatchNorm2d(wide), nn.ReLU()]

        def up(wide: int, narrow: int) -> list[nn.Module]:
            return [nn.ConvTranspose2d(wide, narrow, 4, 2, 1, bias=False), nn.BatchNorm2d(narrow), nn.ReLU()]

        self.layers = nn.Sequential(
            *down(3, 24),
            *down(24, 48),
            *down(48, 64),
            *down(64, 96),
            *up(96, 80),
            *up(80, 48),
            nn.Conv2d(48, joints, 1),
        )

    def forward(self, frames_NCHW: Tensor) -> Tensor:
        """Keypoints (N, K, 2) in [-1, 1]."""
        heatmaps_NKHW = self.layers(frames_NCHW)
        size = heatmaps_NKHW.shape[-1]
        weights_NKHW = heatmaps_NKHW.flatten(2).softmax(-1).unflatten(-1, (size, size))
        centres = pixel_centres(size, device=frames_NCHW.device)
        return torch.stack([weights_NKHW.sum(2) @ centres, weights_NKHW.sum(3) @ centres], dim=-1)


class TrainedReader(nn.Module):
    """A :class:`PoseReader` with its weights, for clips of any size.

    Args:
        weights: a file that ``benchmarks/train_pose_reader.py`` wrote; None for the one that comes with motionkit,
            which reads the dataset ``actions``.
        sha256: what the SHA-256 of that file must be; None for any.
        skeleton: of the clips.

    Attributes:
        file: the weights.
        story: how they came to be.

    Raises:
        ConfigError: it was trained to find the keypoints of another skeleton.
        DataError: the weights are missing, another file than asked for, or of another network.
    """

    def __init__(self, weights: Path | None, sha256: str | None, skeleton: Skeleton) -> None:
        super().__init__()
        self.file: WeightsFile = chosen_file(weights, sha256, SHIPPED)
        tensors, self.story = self.file.trained(NETWORK)
        if self.story["skeleton"] != skeleton.name:
            raise ConfigError(
                f"{self.file.path}: reads the keypoints of {self.story['skeleton']}, but the clips have {skeleton.name}"
            )
        self.network = PoseReader(skeleton.size)
        fill(self.network, tensors, self.file, f"a {NETWORK} of {skeleton.name}")
        self.eval()

    @property
    def provenance(self) -> dict[str, str]:
        """Name and SHA-256 of the weights, and the dataset that they learnt from."""
        return {**self.file.provenance, "trained on": self.story["data"]}

    def forward(self, video_BTCHW: Tensor) -> Tensor:
        """Keypoints (B, T, K, 2) in [-1, 1]."""
        clips, frames = video_BTCHW.shape[:2]
        frames_NCHW = resized(video_BTCHW, SIZE).flatten(0, 1)
        # A few hundred frames at once would take a gigabyte.
        read_NK2 = torch.cat([self.network(chunk) for chunk in frames_NCHW.split(256)])
        return read_NK2.unflatten(0, (clips, frames))
