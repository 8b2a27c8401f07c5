"""VGAN's critic, which tells real clips from generated ones."""

from itertools import pairwise

from torch import Tensor, nn


class VganDiscriminator(nn.Module):
    """3-D convolutions that halve every axis, and two logits.

    Args:
        widths: channels at 32, 16, 8 and 4 pixels.
        frames: T of the clips, 16 or 32.
    """

    def __init__(self, widths: tuple[int, int, int, int], frames: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv3d(3, widths[0], 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for narrow, wide in pairwise(widths):
            layers += [nn.Conv3d(narrow, wide, 4, stride=2, padding=1), nn.BatchNorm3d(wide), nn.LeakyReLU(0.2)]
        layers += [nn.Conv3d(widths[-1], 2, (frames // 16, 4, 4)), nn.Flatten()]
        self.layers = nn.Sequential(*layers)
        for module in self.modules():
            if isinstance(module, nn.Conv3d):
                nn.init.normal_(module.weight, std=0.01)
                nn.init.zeros_(module.bias)

    def forward(self, video_BTCHW: Tensor) -> Tensor:
        """Logits of (generated, real), shape (B, 2)."""
        logits_B2: Tensor = self.layers(video_BTCHW.transpose(1, 2))
        return logits_B2
