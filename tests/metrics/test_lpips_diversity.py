import itertools
from pathlib import Path
from typing import Any

import pytest
import torch

from motionkit.interfaces import COCO17, Clips
from motionkit.metrics.lpips_diversity import LpipsDiversity
from motionkit.metrics.networks.lpips import embedding
from motionkit.testing import check_metric


def metric(path: Path) -> LpipsDiversity:
    return LpipsDiversity(LpipsDiversity.Config(weights=path), COCO17)


def test_diversity_is_the_mean_lpips_of_all_pairs(alexnet: Path) -> None:
    made = metric(alexnet)
    frames = torch.rand(4, 3, 64, 64, generator=torch.Generator().manual_seed(1)) * 2 - 1
    frames[2:] = frames[2:].mean((2, 3), keepdim=True)
    network: Any = made.network
    pairs = [float(network(frames[i : i + 1], frames[j : j + 1])) for i, j in itertools.combinations(range(4), 2)]
    features = made.features(Clips(torch.zeros(1), video=frames[:, None]))
    assert made.score(features, features) == pytest.approx(sum(pairs) / 6, rel=1e-4)
    assert torch.equal(features, embedding(network, frames))


def test_it_keeps_its_contract_and_reads_both_formats(alexnet: Path) -> None:
    check_metric(LpipsDiversity, LpipsDiversity.Config(weights=alexnet))
    clips = Clips(torch.zeros(1), video=torch.zeros(1, 1, 3, 16, 16))
    assert torch.equal(metric(alexnet).features(clips), metric(alexnet.with_suffix(".pth")).features(clips))
