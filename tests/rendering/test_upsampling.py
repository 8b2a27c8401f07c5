"""The folded convolution of an upsampling layer, against the two steps that it stands for."""

import torch
from torch.nn import functional as F

from motionkit.rendering.upsampling import Upsampling


def layer() -> Upsampling:
    torch.manual_seed(0)
    return Upsampling(5, 3).double()


def test_it_is_nearest_neighbours_and_a_convolution() -> None:
    upsampling = layer()
    features_NCHW = torch.randn(2, 5, 6, 4, dtype=torch.float64)
    weight_OI33 = upsampling.weight.transpose(0, 1).flip(2, 3)
    larger = F.interpolate(features_NCHW, scale_factor=2, mode="nearest")
    torch.testing.assert_close(upsampling(features_NCHW), F.conv2d(larger, weight_OI33, upsampling.bias, padding=1))


def test_what_is_flat_stays_flat_away_from_the_edge() -> None:
    made_NCHW = layer()(torch.ones(1, 5, 8, 8, dtype=torch.float64))
    inside_NCHW = made_NCHW[..., 1:-1, 1:-1]
    torch.testing.assert_close(inside_NCHW, inside_NCHW[..., :1, :1].expand_as(inside_NCHW))


def test_its_weights_are_learnt() -> None:
    upsampling = layer()
    upsampling(torch.randn(1, 5, 4, 4, dtype=torch.float64)).square().sum().backward()
    assert all(it.grad is not None and it.grad.abs().min() > 0 for it in upsampling.parameters())
