"""Attention mixes along its own axis and nothing else: features whose every place has a number of its own show it."""

import pytest
import torch
from einops import rearrange, repeat
from motionkit_g3an.attention import AxisAttention, FactorisedAttention
from torch.nn.utils.parametrize import remove_parametrizations

T, H, W, C = 2, 2, 2, 32
AXES = {"time": "t", "space": "h w"}


@pytest.fixture
def marked() -> torch.Tensor:
    """(2, C, T, H, W): one-hot codes of the place and of the moment in the first channels, then distinct numbers."""
    features_BCTHW = torch.zeros(2, C, T, H, W)
    for place, (h, w) in enumerate((h, w) for h in range(H) for w in range(W)):
        features_BCTHW[:, place, :, h, w] = 1
    for t in range(T):
        features_BCTHW[:, 4 + t, t] = 1
    features_BCTHW[:, 8] = torch.arange(2.0 * T * H * W).view(2, T, H, W)
    return features_BCTHW


def plain(axis: str) -> AxisAttention:
    """Attention with weights that can be set by hand: identity values, gamma 1, and no queries and keys."""
    attention = AxisAttention(C, axis)
    for layer in (attention.query, attention.key, attention.value):
        remove_parametrizations(layer, "weight", leave_parametrized=False)
        torch.nn.init.zeros_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
    torch.nn.init.dirac_(attention.value.weight)
    torch.nn.init.ones_(attention.gamma)
    return attention.requires_grad_(False)


def looking_at(axis: str, order: list[int]) -> AxisAttention:
    """Attention of which position i of the axis sees position ``order[i]`` alone."""
    attention = plain(axis)
    first = 4 if axis == "time" else 0  # the channels with the one-hot code of the position
    for row, seen in enumerate(order):
        attention.key.weight[row, first + row] = 100
        attention.query.weight[seen, first + row] = 1
    return attention


def test_at_the_start_it_changes_nothing(marked):
    attention = FactorisedAttention(C)
    assert torch.equal(attention(marked), marked)
    assert [layer.sequences for layer in attention] == ["(b h w) t c", "(b t) (h w) c"]


@pytest.mark.parametrize("axis", ["time", "space"])
def test_even_attention_gives_each_place_the_mean_along_its_axis(marked, axis):
    mean = marked.mean(2, keepdim=True) if axis == "time" else marked.mean((3, 4), keepdim=True)
    torch.testing.assert_close(plain(axis)(marked), marked + mean)


@pytest.mark.parametrize("axis", ["time", "space"])
def test_attention_to_oneself_gives_the_values_in_place(marked, axis):
    attention = looking_at(axis, list(range(T if axis == "time" else H * W)))
    torch.testing.assert_close(attention(marked), 2 * marked)


@pytest.mark.parametrize(("axis", "order"), [("time", [1, 0]), ("space", [2, 0, 3, 1])])
def test_attention_to_another_gives_the_others_values(marked, axis, order):
    pattern = "b c t h w -> b c h w t" if axis == "time" else "b c t h w -> b c t (h w)"
    others = rearrange(marked, pattern)[..., order]
    others = rearrange(others, "b c h w t -> b c t h w" if axis == "time" else "b c t (h w) -> b c t h w", h=H)
    torch.testing.assert_close(looking_at(axis, order)(marked), marked + others)


def test_queries_and_keys_have_an_eighth_of_the_channels():
    attention = AxisAttention(256, "time")
    assert [layer.out_channels for layer in (attention.query, attention.key, attention.value)] == [32, 32, 256]


def test_another_length_of_each_axis_is_no_matter():
    features = torch.randn(2, 16, 5, 3, 4)
    attention = FactorisedAttention(16)
    with torch.no_grad():
        for layer in attention:
            layer.gamma += 1
    assert attention(features).shape == features.shape
    still = repeat(features[:, :, :1, :1, :1], "b c 1 1 1 -> b c t h w", t=5, h=3, w=4)
    out = attention(still)
    torch.testing.assert_close(out, out[:, :, :1, :1, :1].expand_as(out))
