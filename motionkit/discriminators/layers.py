"""Spectrally normalised convolution stacks, of which every critic here is made."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

CONVOLUTIONS = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}


class ConvolutionCritic(nn.Module):
    """Convolutions that halve every axis, a global pool, and one logit.

    Spectral norm on every layer keeps the critic's slope bounded, which adversarial training of keypoints needs. The
    pool averages over time, which makes the critic indifferent to the number of frames, and sums over the picture: an
    average there would dilute the evidence of a small part, such as a hand. The sum is our choice: side by side, one
    seed each, its figures took shape in fewer steps.

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
                spectral_norm(convolution(narrow, wide, kernel, stride=2, padding=(kernel - 1) // 2)),
                nn.LeakyReLU(0.2),
            ]
        self.layers = nn.Sequential(*layers)
        if dimensions == 2:
            self.layers.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # about a fifth faster
        self.logit = spectral_norm(nn.Linear(widths[-1], 1))

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits of shape (N, 1) for inputs of shape (N, C, ...)."""
        return self.examine(inputs)[0]

    def examine(self, inputs: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Logits, and the features after each layer."""
        features = []
        for layer in self.layers:
            inputs = layer(inputs)
            features.append(inputs)
        pooled = inputs.flatten(2).mean(dim=2) * self.picture_area(inputs)
        return self.logit(pooled), features[1::2]  # behind the activations

    def picture_area(self, features: Tensor) -> int:
        """Positions across the picture, which is the last two axes of all but sequences."""
        return 1 if features.dim() == 3 else features.shape[-2] * features.shape[-1]
