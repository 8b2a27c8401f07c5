"""Networks compiled by torch, where it can."""

import warnings

import torch
from torch import nn


def compile_network(network: nn.Module) -> bool:
    """Compile calls of a network, in place; its weights and their names stay as they are.

    The first calls take up to a minute longer; what was compiled is cached on disk, for later processes as well. On a
    GPU whole passes are recorded as CUDA graphs, which spares small networks the time between their kernels.

    Returns:
        Whether it was done. Where nothing can be compiled, which is tried on one sum first, a warning says why.
    """
    try:
        torch.compile(torch.add, fullgraph=True)(torch.ones(2), torch.ones(2))
    except Exception as error:  # of whatever class the missing part of the compiler's chain happens to raise
        reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        warnings.warn(f"torch.compile does not work here, so networks run as they are: {reason}", stacklevel=2)
        return False
    on_gpu = next(network.parameters()).device.type == "cuda"
    network.compile(mode="reduce-overhead" if on_gpu else None)
    return True
