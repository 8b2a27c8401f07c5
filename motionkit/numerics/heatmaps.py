"""Gaussian heatmaps of keypoints (Eq. 2), and the same heatmaps at every resolution of a renderer."""

import torch
import torch.nn.functional as F
from torch import Tensor


def pixel_centres(size: int, *, device: torch.device | None = None) -> Tensor:
    """Coordinates of the centres of ``size`` pixels along one axis of [-1, 1], shape (size,)."""
    return (2 * torch.arange(size, device=device, dtype=torch.float32) + 1) / size - 1


def _profiles(keypoints_NK2: Tensor, size: int, sigma: float) -> tuple[Tensor, Tensor]:
    """The two factors of Eq. 2: a Gaussian is its profile along x times its profile along y. Each (N, K, size)."""
    offsets_NK2S = keypoints_NK2.float().unsqueeze(-1) - pixel_centres(size, device=keypoints_NK2.device)
    profiles_NK2S = torch.exp(-offsets_NK2S.square() / (2 * sigma**2))
    return profiles_NK2S[:, :, 0], profiles_NK2S[:, :, 1]


def gaussian_heatmaps(keypoints_NK2: Tensor, size: int, sigma: float) -> Tensor:
    """Eq. 2: one Gaussian for each keypoint, with its peak of 1 at the keypoint.

    Args:
        keypoints_NK2: (x, y) in [-1, 1], y down; a keypoint outside the picture leaves only its tail inside.
        size: height and width of the heatmaps in pixels.
        sigma: standard deviation in the units of the keypoints; 0.1 is 3.2 pixels of 64.

    Returns:
        (N, K, size, size) in [0, 1], differentiable in the keypoints.
    """
    return heatmap_pyramid(keypoints_NK2, [size], size, sigma)[0]


def heatmap_pyramid(keypoints_NK2: Tensor, sizes: list[int], full_size: int, sigma: float) -> list[Tensor]:
    """The heatmaps of ``full_size`` pixels, resized to each of ``sizes``.

    Resizing averages areas, so that a keypoint between the few pixels of a coarse map does not vanish. The average of
    a product of profiles is the product of their averages, so only profiles are ever averaged.

    Args:
        keypoints_NK2: (x, y) in [-1, 1], y down.
        sizes: heights and widths, each a divisor of ``full_size``.
        full_size: the resolution of Eq. 2.
        sigma: standard deviation in the units of the keypoints.

    Returns:
        For each size a tensor (N, K, size, size).
    """
    x_NKS, y_NKS = _profiles(keypoints_NK2, full_size, sigma)
    return [
        F.avg_pool1d(y_NKS, full_size // size).unsqueeze(-1) * F.avg_pool1d(x_NKS, full_size // size).unsqueeze(-2)
        for size in sizes
    ]
