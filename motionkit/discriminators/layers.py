"""Spectrally normalised convolution stacks, of which every critic here is made."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from motionkit.numerics.sequence_convolution import SequenceConvolution

CONVOLUTIONS = {1: SequenceConvolution, 2: nn.Conv2d, 3: nn.Conv3d}
LAYOUTS = {1: torch.contiguous_format, 2: torch.channels_last, 3: torch.channels_last_3d}
"""Of the weights, which the features follow: on a CPU channels last are about a fifth faster."""

STRIDE = 2


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
        convolution, self.padding = CONVOLUTIONS[dimensions], (kernel - 1) // 2
        layers: list[nn.Module] = []
        for narrow, wide in zip((in_channels, *widths), widths, strict=False):
            layers += [
                spectral_norm(convolution(narrow, wide, kernel, STRIDE, self.padding)),
                nn.LeakyReLU(0.2, inplace=True),
            ]
        self.layers = nn.Sequential(*layers).to(memory_format=LAYOUTS[dimensions])  # type: ignore[call-overload]
        self.logit = spectral_norm(nn.Linear(widths[-1], 1))

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits of shape (N, 1) for inputs of shape (N, C, ...)."""
        return self.examine(inputs)[0]

    def examine(self, inputs: Tensor, condition_MCHW: Tensor | None = None) -> tuple[Tensor, list[Tensor]]:
        """Logits, and the features after each layer.

        Args:
            inputs: (N, C, ...).
            condition_MCHW: for pictures: more channels behind their own; N is a multiple of M, and they repeat.
        """
        first, *others = self.layers
        inputs = first(inputs) if condition_MCHW is None else self._conditioned(inputs, condition_MCHW)
        features = [inputs]
        for layer in others:
            inputs = layer(inputs)
            features.append(inputs)
        pooled = inputs.flatten(2).mean(dim=2) * self.picture_area(inputs)
        return self.logit(pooled), features[1::2]  # behind the activations

    def picture_area(self, features: Tensor) -> int:
        """Positions across the picture, which is the last two axes of all but sequences."""
        return 1 if features.dim() == 3 else features.shape[-2] * features.shape[-1]

    def _conditioned(self, inputs_NCHW: Tensor, condition_MCHW: Tensor) -> Tensor:
        """The first convolution of inputs and condition side by side, as the sum of both's own.

        So the condition is convolved once, however often it repeats, and a gradient to the inputs passes it by.
        """
        first, channels = self.layers[0], inputs_NCHW.shape[1]
        weight: Tensor = first.weight  # normalised anew at each look
        own_NCHW = F.conv2d(inputs_NCHW, weight[:, :channels], first.bias, STRIDE, self.padding)
        other_MCHW = F.conv2d(condition_MCHW, weight[:, channels:], None, STRIDE, self.padding)
        return (own_NCHW.unflatten(0, (-1, len(other_MCHW))) + other_MCHW).flatten(0, 1)
