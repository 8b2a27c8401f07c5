"""The metric ``keypoints_followed``: whether the figure stands where its keypoints say (PCK)."""

from pathlib import Path

import torch
from pydantic import Field
from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, Metric, Skeleton
from motionkit.metrics.networks.reader import TRAINED, Reader


def correct_keypoints(read_BTK2: Tensor, asked_BTK2: Tensor, threshold: float) -> Tensor:
    """Percentage of correct keypoints of Yang and Ramanan (2013), as a share in [0, 1] for each clip, (B,).

    A keypoint is correct if it was read within ``threshold`` times the longer side of the box about all keypoints of
    its frame. Keypoints asked for outside the picture cannot be read and are not counted; a clip that has none inside
    has share 0.

    Args:
        read_BTK2: (x, y); NaN where none was found.
        asked_BTK2: (x, y), where -1 and 1 are the picture's edges.
        threshold: 0.1 is the authors' for whole bodies.
    """
    box_BT = (asked_BTK2.amax(2) - asked_BTK2.amin(2)).amax(-1)
    inside_BTK = (asked_BTK2.abs() <= 1).all(-1)
    near_BTK = (read_BTK2 - asked_BTK2).norm(dim=-1) <= threshold * box_BT[..., None]
    return (near_BTK & inside_BTK).sum((1, 2)) / inside_BTK.sum((1, 2)).clamp(min=1)


class KeypointsFollowed(Metric):
    """Reads the keypoints of a clip from its frames, and says which share of them lies where it was asked for.

    Real clips against themselves show the reader's own errors: the score of a generator that draws perfectly.

    Raises:
        ConfigError: the reader finds the keypoints of another skeleton, or a setting has no meaning for it.
        DataError: the reader's weights cannot be used.
        PluginError: there is no such detector, or it lacks a library.
    """

    needs = "both"
    better = "higher"
    span = (0.0, 1.0)

    class Config(ComponentConfig):
        """Who reads, and how near is near."""

        threshold: float = Field(0.1, gt=0)
        """In lengths of the longer side of the box about the figure's keypoints, frame by frame."""
        reader: str = TRAINED
        """``trained``: a small network, whose own weights read the dataset ``actions`` alone. Or any installed
        detector, such as ``mediapipe``, for clips of real people."""
        weights: Path | None = None
        """Other weights of the reader ``trained``; ``benchmarks/train_pose_reader.py`` makes them."""
        sha256: str | None = Field(None, pattern="^[0-9a-fA-F]{64}$")
        """What the SHA-256 of the weights must be; checked if it is set."""

    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.read = Reader(config.reader, skeleton, config.weights, config.sha256)

    def provenance(self) -> dict[str, str]:
        """The reader, with the SHA-256 of its weights, or with the distribution and version that it came from."""
        return dict(self.read.provenance)

    @torch.no_grad()
    def features(self, clips: Clips) -> Tensor:
        """The share of each clip's keypoints that are where they were asked for, (B, 1)."""
        read_BTK2 = self.read(clips).to(clips.keypoints_BTK2)
        return correct_keypoints(read_BTK2, clips.keypoints_BTK2, self.config.threshold)[:, None]

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        """The mean share of the other clips."""
        return float(other_MD.mean())
