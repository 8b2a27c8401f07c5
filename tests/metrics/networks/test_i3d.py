import hashlib
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from motionkit.interfaces import COCO17, Clips, ConfigError, DataError
from motionkit.metrics.video_frechet import VideoFrechet


class StandIn(nn.Module):
    """Answers with what it was called with."""

    def forward(self, x: Tensor, rescale: bool = True, resize: bool = True, return_features: bool = False) -> Tensor:
        told = torch.tensor(
            [float(rescale), float(resize), float(return_features), float(x.shape[2]), float(x.shape[3])]
        )
        seen = torch.stack([x.amin((1, 2, 3, 4)), x.amax((1, 2, 3, 4)), x[:, 0].mean((1, 2, 3))], dim=1)
        return torch.cat([told.expand(x.shape[0], 5), seen], dim=1)


class NoFeatures(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x


@pytest.fixture
def file(tmp_path: Path) -> Path:
    torch.jit.script(StandIn()).save(tmp_path / "i3d_torchscript.pt")
    return tmp_path / "i3d_torchscript.pt"


def metric(weights: Path | None, sha256: str | None) -> VideoFrechet:
    return VideoFrechet(VideoFrechet.Config(extractor="i3d", weights=weights, sha256=sha256), COCO17)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def sample(frames: int) -> Clips:
    video_BTCHW = torch.full((2, frames, 3, 8, 8), -1.0)
    video_BTCHW[1] = 1
    video_BTCHW[:, :, 0] = 0.5
    return Clips(torch.arange(1, frames + 1) / 16, video=video_BTCHW)


def test_is_called_as_fvd_calls_it(file: Path) -> None:
    features = metric(file, sha256(file)).features(sample(16))
    told = [0, 0, 1, 16, 224]
    torch.testing.assert_close(features, torch.tensor([[*told, -1, 0.5, 0.5], [*told, 0.5, 1, 0.5]]))


def test_the_file_is_recorded(file: Path) -> None:
    expected = {"extractor": "i3d", "weights": file.name, "sha256": sha256(file)}
    assert metric(file, sha256(file)).provenance() == expected


def test_nothing_is_loaded_that_nobody_vouched_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.jit, "load", lambda *_, **__: pytest.fail("was loaded"))
    with pytest.raises(
        ConfigError, match=r"needs weights, .* and its sha256, because loading such a file runs the code"
    ):
        metric(file, None)
    with pytest.raises(ConfigError, match=r"i3d_torchscript\.pt"):
        metric(None, None)
    with pytest.raises(DataError, match="its SHA-256 is"):
        metric(file, "0" * 64)


def test_a_file_of_another_kind_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    path.write_bytes(b"no archive")
    with pytest.raises(DataError, match="is not a TorchScript file") as caught:
        metric(path, sha256(path))
    assert "\n" not in str(caught.value)


def test_another_program_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "other.pt"
    torch.jit.script(NoFeatures()).save(path)
    with pytest.raises(DataError, match="cannot be used as FVD's I3D is") as caught:
        metric(path, sha256(path)).features(sample(16))
    assert "\n" not in str(caught.value)


def test_a_clip_that_is_too_short_is_refused(file: Path) -> None:
    with pytest.raises(ConfigError, match="looks at 9 frames or more, but the clips have 8"):
        metric(file, sha256(file)).features(sample(8))
