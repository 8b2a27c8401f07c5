"""The extractor ``resnext101``: the network of the video FID that G3AN's authors report."""

from pathlib import Path

import torch
from torch import Tensor, nn

from motionkit.interfaces import ConfigError, DataError
from motionkit.metrics.networks.extractor import Extractor
from motionkit.metrics.networks.weights_file import WeightsFile, fill
from motionkit.numerics.resize import resized

SIZE = 112
MEAN = (114.7748, 107.7354, 99.4750)
"""Of RGB levels in [0, 255]; subtracted, and not divided by a deviation, as the published weights were trained."""

CARDINALITY, EXPANSION = 32, 2


class Bottleneck(nn.Module):
    """1x1x1, grouped 3x3x3 and 1x1x1 convolutions beside a shortcut, which is a convolution where shapes change."""

    def __init__(self, narrow: int, planes: int, stride: int) -> None:
        super().__init__()
        wide = planes * EXPANSION
        self.conv1 = nn.Conv3d(narrow, planes, 1, bias=False)
        self.bn1 = nn.BatchNorm3d(planes)
        self.conv2 = nn.Conv3d(planes, planes, 3, stride, 1, groups=CARDINALITY, bias=False)
        self.bn2 = nn.BatchNorm3d(planes)
        self.conv3 = nn.Conv3d(planes, wide, 1, bias=False)
        self.bn3 = nn.BatchNorm3d(wide)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or narrow != wide:
            self.downsample = nn.Sequential(nn.Conv3d(narrow, wide, 1, stride, bias=False), nn.BatchNorm3d(wide))

    def forward(self, inputs: Tensor) -> Tensor:
        hidden = self.bn1(self.conv1(inputs)).relu()
        hidden = self.bn2(self.conv2(hidden)).relu()
        return (self.bn3(self.conv3(hidden)) + self.downsample(inputs)).relu()


class ResNeXt3d(nn.Module):
    """The 3-D ResNeXt of Hara, Kataoka and Satoh (2018), with their names of the layers.

    Args:
        blocks: of each of the four layers; (3, 4, 23, 3) makes ResNeXt-101.
        classes: of the data that it was trained on.
    """

    PLANES, STRIDES = (128, 256, 512, 1024), (1, 2, 2, 2)

    def __init__(self, blocks: tuple[int, ...], classes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv3d(3, 64, 7, (1, 2, 2), 3, bias=False)
        self.bn1 = nn.BatchNorm3d(64)
        self.maxpool = nn.MaxPool3d(3, 2, 1)
        width = 64
        for number, (planes, stride, count) in enumerate(zip(self.PLANES, self.STRIDES, blocks, strict=True), 1):
            layer = [Bottleneck(width, planes, stride)]
            width = planes * EXPANSION
            layer += [Bottleneck(width, planes, 1) for _ in range(count - 1)]
            self.add_module(f"layer{number}", nn.Sequential(*layer))
        self.fc = nn.Linear(width, classes)

    def features(self, video_BCTHW: Tensor) -> Tensor:
        """(B, 2048), the mean over what is left of time and picture."""
        hidden = self.maxpool(self.bn1(self.conv1(video_BCTHW)).relu())
        for number in range(1, len(self.PLANES) + 1):
            hidden = self.get_submodule(f"layer{number}")(hidden)
        return hidden.mean(dim=(2, 3, 4))


class ResNeXtExtractor(Extractor):
    """Features of a 3-D ResNeXt-101 trained on Kinetics, 2048 numbers.

    Frames are resized to 112 pixels, in levels from 0 to 255 with the mean subtracted. The network was trained on 16
    frames; other lengths are averaged over time in the same way.

    Raises:
        ConfigError: weights is not set.
        DataError: the file is missing, another than asked for, could run code, or is of another network.
    """

    BLOCKS = (3, 4, 23, 3)

    mean_C11: Tensor

    def __init__(self, weights: Path | None, sha256: str | None) -> None:
        super().__init__()
        if weights is None:
            raise ConfigError(
                "the extractor resnext101 needs weights, the path of a 3-D ResNeXt-101 state_dict of Hara et al., "
                "trained on Kinetics (resnext-101-kinetics.pth)"
            )
        self.file = WeightsFile(weights, sha256)
        content = self.file.state_dict()
        tensors = {name.removeprefix("module."): value for name, value in content.get("state_dict", content).items()}
        head = tensors.get("fc.weight")
        if not isinstance(head, Tensor) or head.dim() != 2:
            raise DataError(f"{weights}: does not hold the weights of a 3-D ResNeXt-101: it lacks fc.weight")
        self.network = ResNeXt3d(self.BLOCKS, len(head))
        fill(self.network, tensors, self.file, "a 3-D ResNeXt-101")
        self.register_buffer("mean_C11", torch.tensor(MEAN).view(3, 1, 1), persistent=False)
        self.eval()

    @property
    def provenance(self) -> dict[str, str]:
        return self.file.provenance

    def forward(self, video_BTCHW: Tensor) -> Tensor:
        levels_BTCHW = (resized(video_BTCHW, SIZE) + 1) * 127.5 - self.mean_C11
        return self.network.features(levels_BTCHW.transpose(1, 2))
