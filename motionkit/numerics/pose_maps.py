"""Poses as pictures: Gaussian heatmaps of keypoints (Eq. 2) and soft lines of bones, at every resolution.

All maps are laid out with channels last, in which convolutions on a CPU are fastest.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

FAINTEST = 20.0
"""The exponent at which maps stop falling, at e^-20 = 2e-9: what float32 can't tell from 0 beside their peaks of 1.

Further out they would reach numbers so small that processors handle them many times more slowly than others: exp
itself, and every convolution that reads the maps.
"""

CACHED = 8
"""Frames whose limb maps are made at once, so that what is computed on the way to them stays in a processor's cache."""


def pixel_centres(size: int, *, device: torch.device | None = None) -> Tensor:
    """Coordinates of the centres of ``size`` pixels along one axis of [-1, 1], shape (size,)."""
    return (2 * torch.arange(size, device=device, dtype=torch.float32) + 1) / size - 1


def _profiles(keypoints_NK2: Tensor, size: int, sigma: float) -> tuple[Tensor, Tensor]:
    """The two factors of Eq. 2: a Gaussian is its profile along x times its profile along y. Each (N, K, size)."""
    offsets_NK2S = keypoints_NK2.float().unsqueeze(-1) - pixel_centres(size, device=keypoints_NK2.device)
    profiles_NK2S = _fall(offsets_NK2S.square() / (2 * sigma**2))
    return profiles_NK2S[:, :, 0], profiles_NK2S[:, :, 1]


def _fall(exponent: Tensor) -> Tensor:
    """exp(-exponent), for an exponent of at least 0, down to the faintest that counts."""
    return torch.exp(-exponent.clamp(max=FAINTEST))


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
    heatmaps = []
    for size in sizes:
        x_NSK, y_NSK = (F.avg_pool1d(profile, full_size // size).mT.contiguous() for profile in (x_NKS, y_NKS))
        heatmaps.append((y_NSK.unsqueeze(2) * x_NSK.unsqueeze(1)).permute(0, 3, 1, 2))
    return heatmaps


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
    joints_L2 = torch.tensor(bones, device=keypoints_NK2.device)
    if torch.compiler.is_compiling():  # a graph is for any number of frames, so it can't be one of as many pieces
        return _limb_maps(keypoints_NK2.float()[:, joints_L2], size, sigma)
    return torch.cat([_limb_maps(few[:, joints_L2], size, sigma) for few in keypoints_NK2.float().split(CACHED)])


def _limb_maps(ends_NL22: Tensor, size: int, sigma: float) -> Tensor:
    """Maps of bones between two ends each."""
    start_NL2, reach_NL2 = ends_NL22[:, :, 0], ends_NL22[:, :, 1] - ends_NL22[:, :, 0]
    reach_NL2 = reach_NL2 + reach_NL2.new_tensor([1e-8, 0])  # so that a bone of no length, a point, has a direction too
    length_NL1 = reach_NL2.norm(dim=-1, keepdim=True)
    across_NL1, down_NL1 = (reach_NL2 / length_NL1).split(1, dim=-1)
    unit = 2**0.5 * sigma  # in which the exponent is a squared distance
    # From the bone's first joint to each pixel: x along the last axis, y along the one before.
    x_NLS, y_NLS = ((pixel_centres(size, device=start_NL2.device) - start_NL2[..., None]) / unit).unbind(2)
    # In the bone's own axes: sums of a row and a column, so that what there is to multiply is small.
    along_NLSS = (x_NLS * across_NL1).unsqueeze(-2) + (y_NLS * down_NL1).unsqueeze(-1)
    aside_NLSS = (x_NLS * down_NL1).unsqueeze(-2) - (y_NLS * across_NL1).unsqueeze(-1)
    end_NL11 = (length_NL1 / unit).unsqueeze(-1)
    beyond_NLSS = along_NLSS - along_NLSS.clamp(torch.zeros_like(end_NL11), end_NL11)
    maps_NLSS = _fall(torch.addcmul(aside_NLSS.square(), beyond_NLSS, beyond_NLSS))
    return maps_NLSS.contiguous(memory_format=torch.channels_last)


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
    limbs = [limbs_NLSS if size == full_size else F.avg_pool2d(limbs_NLSS, full_size // size) for size in sizes]
    return [torch.cat(pair, dim=1) for pair in zip(heatmaps, limbs, strict=True)]


def pose_channels(keypoints: int, bones: Sequence[tuple[int, int]], limb_sigma: float | None) -> int:
    """C of :func:`pose_pyramid`: one map a keypoint, and one a bone where there are limb maps."""
    return keypoints + (0 if limb_sigma is None else len(bones))
