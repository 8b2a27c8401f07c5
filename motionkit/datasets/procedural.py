"""What the procedural datasets share: clips by number, their random numbers, and the choice of what is done in them."""

import abc
import difflib
import hashlib
from collections.abc import Collection, Iterator

import pydantic
import torch

from motionkit.drawing.random import Uniform, uniform_from
from motionkit.interfaces import Clip, ClipDataset, ComponentConfig, Split


class ProceduralConfig(ComponentConfig):
    """Which clips there are."""

    seed: int = 0
    """Another seed, other people."""
    clips: int = pydantic.Field(4096, ge=1, le=2**31)
    """How many clips each split has."""
    seconds: float = pydantic.Field(4.0, gt=0)
    """The length of every clip."""


class ProceduralDataset(ClipDataset):
    """Clips that are functions of their number.

    Everything about clip ``index`` is drawn from a generator seeded by the config's seed, the split and the index, so
    a split may be made longer without changing its clips, and no clip belongs to both splits.
    """

    config: ProceduralConfig

    @abc.abstractmethod
    def make(self, source: str, uniform: Uniform) -> Clip:
        """The clip of that name whose random numbers these are."""

    def __len__(self) -> int:
        return self.config.clips

    def __getitem__(self, index: int) -> Clip:
        if not 0 <= index < len(self):
            raise IndexError(f"clip {index} was asked for, but the {self.split} split has clips 0 to {len(self) - 1}")
        return self.make(f"{self.split} clip {index}", clip_uniform(self.config.seed, self.split, index))


def clip_uniform(seed: int, split: Split, index: int) -> Uniform:
    """The random numbers of clip ``index``; no two clips of a dataset, in whichever split, have the same."""
    digest = hashlib.blake2b(str(seed).encode(), digest_size=4).digest()
    # torch's CPU generator uses 32 bits of its seed; within a dataset all numbers here differ in those.
    key = int.from_bytes(digest, "little") ^ (2 * index + (split == "test"))
    return uniform_from(_numbers(torch.Generator().manual_seed(key)))


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


def _numbers(rng: torch.Generator) -> Iterator[float]:
    """Numbers in [0, 1), drawn some at a time because a call of torch costs more than a number."""
    while True:
        yield from torch.rand(64, generator=rng).tolist()
