"""Factorised self-attention: each place over its own moments, then each moment over its own places."""

from typing import ClassVar

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm


class AxisAttention(nn.Module):
    """Self-attention along one axis of video features, added by a learned amount that starts at 0.

    Queries and keys have an eighth of the channels. A key's bias raises all the scores of a query alike, so it has no
    effect. A value's bias raises a whole channel alike, so it has none in training where a convolution of one place and
    batch norm come next. Both are kept because the authors' layers have them.

    Args:
        channels: C.
        axis: ``time`` or ``space``.
    """

    SEQUENCES: ClassVar[dict[str, str]] = {"time": "(b h w) t c", "space": "(b t) (h w) c"}

    def __init__(self, channels: int, axis: str) -> None:
        super().__init__()
        self.sequences = self.SEQUENCES[axis]
        self.query, self.key, self.value = (
            spectral_norm(nn.Conv3d(channels, out, kernel_size=1)) for out in (channels // 8, channels // 8, channels)
        )
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, features: Tensor) -> Tensor:
        """Features (B, C, T, H, W) of the same shape."""
        b, _, t, h, w = features.shape
        query, key, value = (
            rearrange(layer(features), f"b c t h w -> {self.sequences}") for layer in (self.query, self.key, self.value)
        )
        attended = F.scaled_dot_product_attention(query, key, value, scale=1.0)  # softmax(Q K^T) V
        return features + self.gamma * rearrange(attended, f"{self.sequences} -> b c t h w", b=b, t=t, h=h, w=w)


class FactorisedAttention(nn.Sequential):
    """Along time, then across space."""

    def __init__(self, channels: int) -> None:
        super().__init__(AxisAttention(channels, "time"), AxisAttention(channels, "space"))
