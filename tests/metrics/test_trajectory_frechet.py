import pytest
import torch

from motionkit.interfaces import COCO17, Clips
from motionkit.metrics.trajectory_frechet import TrajectoryFrechet


def test_the_metric_measures_the_shift_of_a_gaussian() -> None:
    metric = TrajectoryFrechet(TrajectoryFrechet.Config(), COCO17)
    keypoints = torch.randn(50, 4, 17, 2, generator=torch.Generator().manual_seed(0))
    real, moved = (metric.features(Clips(torch.arange(4.0), it)) for it in (keypoints, keypoints + 0.1))
    assert metric.score(real, moved) == pytest.approx(4 * 17 * 2 * 0.01, rel=1e-4)
