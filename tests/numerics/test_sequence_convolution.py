"""The matrix product is the convolution."""

import pytest
import torch
from torch import nn

from motionkit.numerics.sequence_convolution import SequenceConvolution


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "frames"), [(5, 2, 2, 15), (3, 2, 1, 16), (3, 1, 0, 7), (5, 2, 2, 1)]
)
def test_it_is_a_convolution(kernel: int, stride: int, padding: int, frames: int):
    ours = SequenceConvolution(6, 4, kernel, stride, padding).double()
    torchs = nn.Conv1d(6, 4, kernel, stride, padding).double()
    torchs.load_state_dict(ours.state_dict())
    inputs = torch.randn(3, 6, frames, dtype=torch.float64, requires_grad=True)
    found, expected = ours(inputs), torchs(inputs)
    torch.testing.assert_close(found, expected)
    weights = torch.randn(expected.shape, dtype=torch.float64)
    for gradient, wanted in zip(
        torch.autograd.grad((found * weights).sum(), [inputs, *ours.parameters()]),
        torch.autograd.grad((expected * weights).sum(), [inputs, *torchs.parameters()]),
        strict=True,
    ):
        torch.testing.assert_close(gradient, wanted)
