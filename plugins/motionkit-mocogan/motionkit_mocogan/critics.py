"""MoCoGAN's critics: D_I sees a frame, D_V a clip."""

from collections.abc import Sequence
from itertools import pairwise

from einops import rearrange
from torch import Tensor, nn


class ImageCritic(nn.Sequential):
    """D_I: 2-D convolutions that halve the picture, the last to one logit at each place of a map.

    Args:
        widths: channels after each layer but the last.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        layers: list[nn.Module] = []
        for position, (narrow, wide) in enumerate(pairwise((3, *widths))):
            layers += [nn.Conv2d(narrow, wide, 4, stride=2, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(wide)] if position else []
            layers += [nn.LeakyReLU(0.2)]
        super().__init__(*layers, nn.Conv2d(widths[-1], 1, 4, stride=2, padding=1, bias=False))


class ClipCritic(nn.Module):
    """D_V: 3-D convolutions that halve the picture and take three frames each, then logits for real and for category.

    Args:
        widths: channels after each layer but the last.
        categories: kinds of action.
    """

    def __init__(self, widths: Sequence[int], categories: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for position, (narrow, wide) in enumerate(pairwise((3, *widths))):
            layers += [nn.Conv3d(narrow, wide, 4, stride=(1, 2, 2), padding=(0, 1, 1), bias=False)]
            layers += [nn.BatchNorm3d(wide)] if position else []
            layers += [nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Conv3d(widths[-1], 1 + categories, 4, bias=False))

    def forward(self, video_BTCHW: Tensor) -> tuple[Tensor, Tensor]:
        """Logits at each place P of the last map: real (B, 1, P), and category (B, categories, P)."""
        logits_BCTHW = self.layers(rearrange(video_BTCHW, "b t c h w -> b c t h w"))
        logits_BCP = logits_BCTHW.flatten(2)
        return logits_BCP[:, :1], logits_BCP[:, 1:]
