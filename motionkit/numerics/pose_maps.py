"""Poses as pictures: Gaussian heatmaps of keypoints (Eq. 2) and soft lines of bones, at every resolution."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

FAINTEST = -16.0
"""Least exponent of a map: e^-16 is the resolution of a number beside 1. Still fainter ones would be so small that
processors stumble over them: on one of Intel's a training step took three and a half times as long."""


def pixel_centres(size: int, *, device: torch.device | None = None) -> Tensor:
    """Coordinates of the centres of ``size`` pixels along one axis of [-1, 1], shape (size,)."""
    return (2 * torch.arange(size, device=device, dtype=torch.float32) + 1) / size - 1


def _gaussian(squares: Tensor, sigma: float) -> Tensor:
    """exp(-d^2 / 2 sigma^2) of squared distances."""
    return torch.exp((squares * (-0.5 / sigma**2)).clamp(min=FAINTEST))


def _profiles(keypoints_NK2: Tensor, size: int, sigma: float) -> tuple[Tensor, Tensor]:
    """The two factors of Eq. 2: a Gaussian is its profile along x times its profile along y. Each (N, K, size)."""
    offsets_NK2S = keypoints_NK2.float().unsqueeze(-1) - pixel_centres(size, device=keypoints_NK2.device)
    profiles_NK2S = _gaussian(offsets_NK2S.square(), sigma)
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


def limb_maps(keypoints_NK2: Tensor, bones: Sequence[tuple[int, int]], size: int, sigma: float) -> Tensor:
    """One soft line for each bone: exp(-d^2 / 2 sigma^2), with d the distance to the segment between its two joints.

    Our choice: heatmaps of joints do not tell which of them are joined, and a renderer that has to find out draws fog
    for a long time.

    Args:
        keypoints_NK2: (x, y) in [-1, 1], y down.
        bones: pairs of joint indices.
        size: height and width of the maps in pixels.
        sigma: half the line's thickness, in the units of the keypoints.

    Returns:
        (N, bones, size, size) in [0, 1], differentiable in the keypoints.
    """
    pixels_S = pixel_centres(size, device=keypoints_NK2.device)
    ends_NL22 = keypoints_NK2.float()[:, torch.tensor(bones, device=keypoints_NK2.device)]
    start_NL2, reach_NL2 = ends_NL22[:, :, 0], ends_NL22[:, :, 1] - ends_NL22[:, :, 0]
    # From the bone's first joint to each pixel: x along the last axis, y along the one before.
    x_NL1S = pixels_S - start_NL2[..., :1, None]
    y_NLS1 = pixels_S[:, None] - start_NL2[..., 1:, None]
    across_NL11, down_NL11 = reach_NL2[..., :1, None], reach_NL2[..., 1:, None]
    # Where along the bone its nearest point lies, from 0 to 1; a bone of no length is a point.
    length_NL11 = (across_NL11.square() + down_NL11.square()).clamp(min=1e-8)
    place_NLSS = ((x_NL1S * across_NL11 + y_NLS1 * down_NL11) / length_NL11).clamp(0, 1)
    distance_NLSS = (x_NL1S - place_NLSS * across_NL11).square() + (y_NLS1 - place_NLSS * down_NL11).square()
    return _gaussian(distance_NLSS, sigma)


def pose_pyramid(
    keypoints_NK2: Tensor,
    bones: Sequence[tuple[int, int]],
    sizes: list[int],
    full_size: int,
    sigma: float,
    limb_sigma: float | None,
) -> list[Tensor]:
    """What a network is shown of a pose at each resolution: heatmaps of its keypoints, and maps of its limbs behind.

    Args:
        keypoints_NK2: (x, y) in [-1, 1], y down.
        bones: pairs of joint indices.
        sizes: heights and widths in pixels, each a divisor of ``full_size``.
        full_size: the resolution at which the maps are made; from there areas are averaged.
        sigma: standard deviation of the heatmaps, in the units of the keypoints.
        limb_sigma: of the limb maps; None for heatmaps alone.

    Returns:
        For each size a tensor (N, C, size, size) in [0, 1], C as :func:`pose_channels` says.
    """
    heatmaps = heatmap_pyramid(keypoints_NK2, sizes, full_size, sigma)
    if limb_sigma is None or not bones:
        return heatmaps
    limbs_NLSS = limb_maps(keypoints_NK2, bones, full_size, limb_sigma)
    # From size to size: an average of averages of equal areas is the average, and most of the pixels are gone by then.
    limbs, finer = {}, limbs_NLSS
    for size in sorted(sizes, reverse=True):
        if size != finer.shape[-1]:
            finer = F.avg_pool2d(finer, finer.shape[-1] // size)
        limbs[size] = finer
    pairs = [(heatmaps_NKHW, limbs[size]) for heatmaps_NKHW, size in zip(heatmaps, sizes, strict=True)]
    return [torch.cat(pair, dim=1).contiguous(memory_format=torch.channels_last) for pair in pairs]


def pose_channels(keypoints: int, bones: Sequence[tuple[int, int]], limb_sigma: float | None) -> int:
    """C of :func:`pose_pyramid`: one map a keypoint, and one a bone where there are limb maps."""
    return keypoints + (0 if limb_sigma is None else len(bones))
