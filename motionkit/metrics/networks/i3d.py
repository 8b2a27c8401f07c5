"""The extractor ``i3d``: the network of most published Frechet video distances."""

import io
from pathlib import Path

import torch
from torch import Tensor

from motionkit.interfaces import ConfigError, DataError
from motionkit.metrics.networks.extractor import Extractor
from motionkit.metrics.networks.weights_file import WeightsFile
from motionkit.numerics.resize import resized

SIZE = 224


class I3dExtractor(Extractor):
    """Logits of I3D trained on Kinetics-400, 400 numbers, from the TorchScript file that FVD is commonly taken with.

    Frames are resized to 224 pixels and stay in [-1, 1]; the network is called with ``rescale=False, resize=False,
    return_features=True``, and answers in the space of the original FVD (Unterthiner et al. 2018).

    A TorchScript file is a program. Loading it runs what it says, and nothing tells a harmless one from another but
    that somebody vouches for it. So its SHA-256 has to be given, from a source that you trust as you would trust a
    package: the file is read once, compared, and only then loaded.

    Raises:
        ConfigError: weights or sha256 are not set.
        DataError: the file is missing, not the one that was vouched for, or not such a network.
    """

    # Time is halved three times, and the last pool needs two of what is left: 9 -> 5 -> 3 -> 2.
    minimum_frames = 9

    def __init__(self, weights: Path | None, sha256: str | None) -> None:
        super().__init__()
        if weights is None or sha256 is None:
            raise ConfigError(
                "the extractor i3d needs weights, the path of the I3D TorchScript file that FVD is taken with "
                "(i3d_torchscript.pt), and its sha256, because loading such a file runs the code in it; "
                "compute it with: sha256sum FILE, and compare it with what the file's source says"
            )
        self.file = WeightsFile(weights, sha256)
        try:
            self.network = torch.jit.load(io.BytesIO(self.file.content), map_location="cpu").eval()
        except (RuntimeError, ValueError):
            raise DataError(f"{weights}: is not a TorchScript file, such as i3d_torchscript.pt") from None
        self.eval()

    @property
    def provenance(self) -> dict[str, str]:
        return self.file.provenance

    def forward(self, video_BTCHW: Tensor) -> Tensor:
        video_BCTHW = resized(video_BTCHW, SIZE).transpose(1, 2).contiguous()
        try:
            features = self.network(video_BCTHW, rescale=False, resize=False, return_features=True)
        except RuntimeError as error:
            cause = str(error).strip().splitlines()[-1]
            raise DataError(f"{self.file.path}: cannot be used as FVD's I3D is: {cause}") from None
        if features.dim() != 2 or len(features) != len(video_BTCHW):
            shape = tuple(features.shape)
            raise DataError(f"{self.file.path}: gave features of shape {shape}, not one row for each clip")
        return features
