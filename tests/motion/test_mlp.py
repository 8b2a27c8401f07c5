"""The perceptron's two promises: the scale it starts at, and full precision."""

import pytest
import torch
from torch import nn

from motionkit.motion.mlp import MLP


@pytest.mark.parametrize("activation", [nn.Tanh, nn.SiLU])
@pytest.mark.parametrize("output_scale", [0.3, 3.0])
def test_it_starts_at_the_scale_asked_for(activation: type[nn.Module], output_scale: float):
    torch.manual_seed(0)
    outputs = MLP(128, 256, 256, 128, activation=activation, output_scale=output_scale)(torch.randn(500, 128))
    assert 0.8 < outputs.std() / output_scale < 1.2


def test_it_has_no_activation_last():
    torch.manual_seed(0)
    assert MLP(4, 64, 8, activation=nn.Tanh, output_scale=10.0)(torch.randn(100, 4)).abs().max() > 1


def test_autocast_leaves_it_in_float32():
    mlp, x = MLP(4, 64, 8, activation=nn.Tanh), torch.randn(10, 4)
    with torch.autocast("cpu", torch.bfloat16):
        assert nn.Linear(4, 4)(x).dtype is torch.bfloat16  # or else this test would show nothing
        assert torch.equal(mlp(x), mlp(x.double()).float())
        assert mlp(x.bfloat16()).dtype is torch.float32
