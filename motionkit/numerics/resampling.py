"""Values at other moments than those that they were recorded at."""

import torch
from torch import Tensor


def linear_at(values_BTD: Tensor, times_BT: Tensor, wanted_BS: Tensor) -> Tensor:
    """The straight line between the two nearest moments; before the first and after the last their own values.

    Args:
        values_BTD: at the recorded moments, T >= 2 of them.
        times_BT: those moments, seconds, ascending.
        wanted_BS: seconds.

    Returns:
        (B, S, D), differentiable in the values.
    """
    right_BS = torch.searchsorted(times_BT.contiguous(), wanted_BS.contiguous()).clamp(1, times_BT.shape[1] - 1)
    before_BS, after_BS = (times_BT.gather(1, index_BS) for index_BS in (right_BS - 1, right_BS))
    share_BS1 = ((wanted_BS - before_BS) / (after_BS - before_BS)).clamp(0, 1).unsqueeze(-1)
    index_BSD = right_BS.unsqueeze(-1).expand(-1, -1, values_BTD.shape[2])
    return torch.lerp(values_BTD.gather(1, index_BSD - 1), values_BTD.gather(1, index_BSD), share_BS1)
