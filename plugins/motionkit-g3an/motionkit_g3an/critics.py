"""G3AN's critics: D_I sees a frame, D_V a clip. Convolutions with spectral norm and no other."""

from collections.abc import Sequence
from itertools import pairwise

from einops import rearrange
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class ImageCritic(nn.Sequential):
    """D_I: 2-D convolutions that halve the picture until it is 4 pixels wide, and one that makes it a logit.

    Args:
        widths: channels after each halving.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        layers: list[nn.Module] = []
        for narrow, wide in pairwise((3, *widths)):
            layers += [spectral_norm(nn.Conv2d(narrow, wide, 4, stride=2, padding=1)), nn.LeakyReLU(0.2)]
        super().__init__(*layers, spectral_norm(nn.Conv2d(widths[-1], 1, 4)))


class ClipCritic(nn.Module):
    """D_V: each layer a convolution across space, which halves the picture, and one along time, which takes 3 frames.

    The last layer across space makes 4 pixels one, and the last along time makes 4 frames the logit. So one number of
    frames fits, 3 for each layer and 1: the authors' 5 layers need 16.

    Args:
        widths: channels after each layer but the last, which has as many as that before it and then the logit.
    """

    def __init__(self, widths: Sequence[int]) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for narrow, wide in pairwise((3, *widths)):
            layers += [spectral_norm(nn.Conv3d(narrow, wide, (1, 4, 4), (1, 2, 2), (0, 1, 1))), nn.LeakyReLU(0.2)]
            layers += [spectral_norm(nn.Conv3d(wide, wide, (4, 1, 1))), nn.LeakyReLU(0.2)]
        layers += [spectral_norm(nn.Conv3d(widths[-1], widths[-1], (1, 4, 4))), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv3d(widths[-1], 1, (4, 1, 1))))

    def forward(self, video_BTCHW: Tensor) -> Tensor:
        """Logits of shape (B, 1, 1, 1, 1)."""
        logits: Tensor = self.layers(rearrange(video_BTCHW, "b t c h w -> b c t h w"))
        return logits
