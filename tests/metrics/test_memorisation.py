import pytest
import torch

from motionkit.interfaces import COCO17, Clips
from motionkit.metrics.memorisation import MotionMemorisation, VideoMemorisation, nearest

TIMES = torch.arange(6.0)
VIDEO = torch.rand(20, 6, 3, 24, 24, generator=torch.Generator().manual_seed(0)) * 2 - 1
KEYPOINTS = torch.rand(20, 6, 17, 2, generator=torch.Generator().manual_seed(1)) * 2 - 1


@pytest.mark.parametrize("kind", [VideoMemorisation, MotionMemorisation])
def test_copies_are_at_distance_0_and_others_are_not(kind: type) -> None:
    metric = kind(kind.Config(), COCO17)
    features = metric.features(Clips(TIMES, KEYPOINTS, VIDEO))
    searched, held_out = features[:12], features[12:]
    assert metric.score(searched, searched[[3, 3, 7]]) == 0
    assert metric.score(searched, held_out) > 0.1
    assert nearest(searched, searched[[3, 7]]).indices_M.tolist() == [3, 7]


def test_the_distance_is_a_root_mean_square() -> None:
    for kind in (VideoMemorisation, MotionMemorisation):
        metric = kind(kind.Config(), COCO17)
        zero, same = (
            metric.features(Clips(TIMES, torch.full((2, 6, 17, 2), x), torch.full((2, 6, 3, 16, 16), x)))
            for x in (0.0, 0.25)
        )
        truth = 0.25 if kind is VideoMemorisation else 0.25 * 2**0.5  # a joint is apart in both coordinates
        assert metric.score(zero, same) == pytest.approx(truth)
