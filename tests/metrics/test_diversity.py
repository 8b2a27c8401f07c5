import pytest
import torch

from motionkit.interfaces import COCO17, Clips
from motionkit.metrics.diversity import Diversity

METRIC = Diversity(Diversity.Config(), COCO17)


def diversity(keypoints: torch.Tensor) -> float:
    features = METRIC.features(Clips(torch.arange(4.0), keypoints))
    return METRIC.score(features, features)


def test_of_clips_at_two_places_is_their_distance_times_the_share_of_mixed_pairs() -> None:
    keypoints = torch.zeros(10, 4, 17, 2)
    keypoints[:3] += torch.tensor([0.3, 0.4])
    assert diversity(keypoints) == pytest.approx(0.5 * (3 * 7) / 45)


def test_one_clip_again_and_again_has_none() -> None:
    assert diversity(torch.rand(1, 4, 17, 2).repeat(5, 1, 1, 1)) == pytest.approx(0, abs=1e-6)
