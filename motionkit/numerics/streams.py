"""Fresh noise for stochastic motion models, as a function of each clip's noise vector alone."""

import torch
from torch import Tensor


def fresh_normals(noise_BD: Tensor, steps: int, width: int, block: int) -> Tensor:
    """N(0, 1) noise for every step of every clip.

    A clip's stream depends on nothing but its own noise vector: the same clip gets the same numbers in any batch, on
    any device, and for any length, of which a longer one only appends (our choice; nothing public says how a
    sequence model should be seeded).

    Args:
        noise_BD: the clips' noise. The bits of its last column, a float32, seed one generator for each clip.
        steps: S.
        width: W, the numbers in one step.
        block: how many steps are drawn at a time. Part of the stream's identity: another block, another stream.

    Returns:
        (S, B, W), float32, on the noise's device.
    """
    # torch.randn(n) is not a prefix of torch.randn(m): it fills long tensors in another order than short ones. Blocks
    # of one size make the stream independent of its length.
    blocks = -(-steps // block)
    streams = []
    # Drawn on the CPU, because other devices have other generators.
    for seed in noise_BD[:, -1].detach().to("cpu", torch.float32).contiguous().view(torch.int32).tolist():
        generator = torch.Generator().manual_seed(seed)
        stream_SW = torch.cat([torch.randn(block, width, generator=generator) for _ in range(blocks)])
        streams.append(stream_SW[:steps])
    return torch.stack(streams, dim=1).to(noise_BD.device)
