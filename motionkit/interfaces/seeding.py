"""Random generators that are a function of what they are for, so that nothing about them need be remembered."""

import zlib

import numpy as np
import torch


def seeded(*keys: int | str) -> torch.Generator:
    """A CPU generator whose numbers depend on the keys alone, such as ``seeded(seed, "render", step)``.

    Keys are integers >= 0 or text. NumPy's ``SeedSequence`` mixes them; torch's CPU generator keeps 32 bits of the
    result, so among a hundred thousand keys about one pair shares its numbers, which a random draw can bear.
    """
    entropy = [zlib.crc32(key.encode()) if isinstance(key, str) else key for key in keys]
    state = np.random.SeedSequence(entropy).generate_state(1, np.uint64)
    return torch.Generator().manual_seed(int(state[0]) >> 1)
