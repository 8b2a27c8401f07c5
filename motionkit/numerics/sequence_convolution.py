"""Convolutions over time, of sequences as short as clips of keypoints are."""

from torch import Tensor, nn
from torch.nn import functional as F


class SequenceConvolution(nn.Conv1d):
    """``nn.Conv1d`` of one group and no dilation, as one matrix product over all places of the kernel.

    A training window has some sixteen frames. Over so few, a CPU's convolution kernels spend more on rearranging their
    weights than on multiplying: by the product a forward and backward pass takes two thirds of their time.
    """

    def forward(self, input: Tensor) -> Tensor:
        padding, length, stride = *self.padding, *self.kernel_size, *self.stride  # type: ignore[misc]
        places_BTCL = F.pad(input, (padding, padding)).unfold(2, length, stride).transpose(1, 2)
        return F.linear(places_BTCL.flatten(2), self.weight.flatten(1), self.bias).transpose(1, 2)
