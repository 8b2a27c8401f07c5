"""What the procedural datasets share: a clip's random numbers, and the choice among what can be done in a clip."""

import difflib
import hashlib
from collections.abc import Callable, Collection, Iterator

import torch

from motionkit.interfaces import Split

Uniform = Callable[[float, float], float]
"""Each call gives the next of a clip's random numbers, between the two given."""


def clip_uniform(seed: int, split: Split, index: int) -> Uniform:
    """The random numbers of clip ``index``; no two clips of a dataset, in whichever split, have the same."""
    digest = hashlib.blake2b(str(seed).encode(), digest_size=4).digest()
    # torch's CPU generator uses 32 bits of its seed; within a dataset all numbers here differ in those.
    key = int.from_bytes(digest, "little") ^ (2 * index + (split == "test"))
    numbers = _numbers(torch.Generator().manual_seed(key))
    return lambda low, high: low + (high - low) * next(numbers)


def known(kind: str, names: tuple[str, ...], choices: Collection[str]) -> tuple[str, ...]:
    """The names themselves; raises ValueError in words where there are none, or one is not among the choices."""
    if not names:
        raise ValueError(f"no {kind} is named; choose from {', '.join(choices)}")
    for name in names:
        if name not in choices:
            near = difflib.get_close_matches(name, choices, n=1)
            hint = f"did you mean '{near[0]}'? The" if near else "the"
            raise ValueError(f"unknown {kind} '{name}'; {hint} {kind}s are {', '.join(choices)}")
    return names


def _numbers(generator: torch.Generator) -> Iterator[float]:
    """Numbers in [0, 1), drawn some at a time because a call of torch costs more than a number."""
    while True:
        yield from torch.rand(64, generator=generator).tolist()
