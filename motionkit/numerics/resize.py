"""Pictures in another size."""

from torch import Tensor
from torch.nn import functional


def resized(pictures: Tensor, size: int) -> Tensor:
    """Square pictures of ``size`` pixels a side: averaged over areas where they shrink, interpolated where they grow.

    Args:
        pictures: (..., C, H, W), any floats; those that have the size already are returned as they are.
        size: height and width of the result, (..., C, size, size).
    """
    if tuple(pictures.shape[-2:]) == (size, size):
        return pictures
    pictures_NCHW = pictures.reshape(-1, *pictures.shape[-3:])
    if size <= min(pictures.shape[-2:]):
        resized_NCHW = functional.interpolate(pictures_NCHW, (size, size), mode="area")
    else:
        resized_NCHW = functional.interpolate(pictures_NCHW, (size, size), mode="bilinear", align_corners=False)
    return resized_NCHW.reshape(*pictures.shape[:-2], size, size)
