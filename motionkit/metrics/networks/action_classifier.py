"""The extractor ``trained``: a small network that learnt to name what is done in the clips of a dataset."""

from pathlib import Path

from torch import Tensor, nn

from motionkit.metrics.networks.extractor import Extractor
from motionkit.metrics.networks.weights_file import chosen_file, fill
from motionkit.numerics.resize import resized

NETWORK = "action classifier"
SHIPPED = "actions-classifier.safetensors"
SIZE = 64
"""Height and width in pixels of the frames that it is trained on."""


class ActionClassifier(nn.Module):
    """3-D convolutions, the mean over time and picture, and one logit a label. About 350 000 parameters.

    Its features are those before the logits. Time is halved twice and the picture four times, and what remains is
    averaged, so that clips of any length and size will do.

    Args:
        labels: how many there are.
    """

    WIDTHS = (16, 48, 80, 96)
    KERNELS = ((1, 4, 4), (3, 4, 4), (3, 3, 3), (3, 3, 3))
    STRIDES = ((1, 2, 2), (2, 2, 2), (2, 2, 2), (1, 2, 2))

    def __init__(self, labels: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        widths = zip((3, *self.WIDTHS), self.WIDTHS, strict=False)
        for (narrow, wide), kernel, stride in zip(widths, self.KERNELS, self.STRIDES, strict=True):
            padding = (kernel[0] // 2, 1, 1)
            layers += [nn.Conv3d(narrow, wide, kernel, stride, padding, bias=False), nn.BatchNorm3d(wide), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.logits = nn.Linear(self.WIDTHS[-1], labels)

    def features(self, video_BTCHW: Tensor) -> Tensor:
        """(B, 96), >= 0."""
        return self.layers(video_BTCHW.transpose(1, 2)).mean(dim=(2, 3, 4))

    def forward(self, video_BTCHW: Tensor) -> Tensor:
        """Logits (B, labels)."""
        return self.logits(self.features(video_BTCHW))


class TrainedExtractor(Extractor):
    """Features of an :class:`ActionClassifier`, 96 numbers.

    It sees what tells the labels of its own dataset apart, and no more: scores are for comparing models of that
    dataset. ``benchmarks/train_extractor.py`` makes the weights for any dataset whose clips have labels; those of the
    dataset ``actions`` come with motionkit.

    Raises:
        DataError: the weights are missing, another file than asked for, or of another network.
    """

    def __init__(self, weights: Path | None, sha256: str | None) -> None:
        super().__init__()
        self.file = chosen_file(weights, sha256, SHIPPED)
        tensors, self.story = self.file.trained(NETWORK)
        self.network = ActionClassifier(len(self.story["labels"]))
        fill(self.network, tensors, self.file, f"an {NETWORK}")
        self.eval()

    @property
    def provenance(self) -> dict[str, str]:
        return {**self.file.provenance, "trained on": self.story["data"]}

    def forward(self, video_BTCHW: Tensor) -> Tensor:
        return self.network.features(resized(video_BTCHW, SIZE))
