"""Spectrally normalised convolution stacks, of which every critic here is made."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

CONVOLUTIONS = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}


class ConvolutionCritic(nn.Module):
    """Convolutions that halve every axis, a global average, and one logit.

    Spectral norm on every layer keeps the critic's slope bounded, which adversarial training of keypoints needs. The
    average makes the critic indifferent to the number of frames; each axis is halved only while it is longer than 1.

    Args:
        dimensions: 1 for sequences, 2 for pictures, 3 for video.
        in_channels: channels of the input.
        widths: channels after each layer.
        kernel: side of the kernels.
    """

    def __init__(self, dimensions: int, in_channels: int, widths: Sequence[int], kernel: int = 3) -> None:
        super().__init__()
        convolution = CONVOLUTIONS[dimensions]
        layers: list[nn.Module] = []
        for narrow, wide in zip((in_channels, *widths), widths, strict=False):
            layers += [
                spectral_norm(convolution(narrow, wide, kernel, stride=2, padding=kernel // 2)),
                nn.LeakyReLU(0.2),
            ]
        self.layers = nn.Sequential(*layers)
        self.logit = spectral_norm(nn.Linear(widths[-1], 1))

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits of shape (N, 1) for inputs of shape (N, C, ...)."""
        return self.logit(self.layers(inputs).flatten(2).mean(dim=2))
