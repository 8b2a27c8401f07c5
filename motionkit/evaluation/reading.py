"""Metrics of keypoints for generators that know none: of the keypoints that are read in the video."""

import torch
from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, Metric
from motionkit.metrics.networks.reader import Reader


class ReadMetric(Metric):
    """A metric of keypoints, of those that are read in the video: for any generator, whether it knows its own or not.

    Real clips are read alike, so that the reader's errors are in the floor too; scores of read keypoints and of true
    ones can't be compared. In a frame where nobody is found the pose of the nearest frame is taken; a clip in which
    nobody is found at all stands still in the middle of the picture.

    Args:
        metric: of keypoints.
        reader: of the same skeleton.
    """

    Config = ComponentConfig
    needs = "video"

    def __init__(self, metric: Metric, reader: Reader) -> None:
        super().__init__(metric.config, metric.skeleton)
        self.metric, self.reader = metric, reader
        # What the classes of other metrics say, this one takes from the metric that it wraps.
        self.better, self.span, self.reference = metric.better, metric.span, metric.reference  # type: ignore[misc]

    @property
    def starts(self) -> tuple[float, ...]:
        return self.metric.starts

    @property
    def seconds(self) -> float:
        return self.metric.seconds

    def times(self, grid_T: Tensor) -> Tensor:
        return self.metric.times(grid_T)

    def features(self, clips: Clips) -> Tensor:
        return self.metric.features(Clips(clips.times, filled(self.reader(clips))))

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        return self.metric.score(real_ND, other_MD)

    def figures(self, real_ND: Tensor, other_MD: Tensor) -> dict[str, float]:
        return self.metric.figures(real_ND, other_MD)

    def provenance(self) -> dict[str, str]:
        """The metric's own, and the reader's."""
        return self.metric.provenance() | self.reader.provenance


def filled(keypoints_BTK2: Tensor) -> Tensor:
    """Poses of frames where nobody was found, taken from the nearest frame where somebody was; 0 if there is none."""
    found_BT = keypoints_BTK2.isfinite().all(-1).all(-1)
    frames_T = torch.arange(found_BT.shape[1])
    gaps_BTT = (frames_T[:, None] - frames_T).abs() + len(frames_T) * ~found_BT[:, None]
    nearest_BT = gaps_BTT.argmin(-1)
    poses_BTK2 = keypoints_BTK2[torch.arange(len(keypoints_BTK2))[:, None], nearest_BT]
    return poses_BTK2.nan_to_num(0.0)
