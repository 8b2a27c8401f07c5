"""Places in a generator's noise: a seed's clip, or a point on the way from one to another, as people write them."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from motionkit.interfaces.errors import ConfigError
from motionkit.interfaces.generator import VideoGenerator
from motionkit.numerics.great_circle import great_circle

FORM = "a seed such as 7, clip 2 of it, 7/2, or a quarter of the way from one to another, 7/2:9:0.25"
ONE = r"(\d{1,18})(?:/(\d{1,9}))?"
PLACE = re.compile(rf"{ONE}(?::{ONE}:(\d*\.?\d+|\d+\.))?", re.ASCII)


class Spot(NamedTuple):
    """The noise of one clip: its seed, and its number among the clips of that seed."""

    seed: int
    clip: int = 0

    def __str__(self) -> str:
        """As :meth:`Place.parse` reads it."""
        return f"{self.seed}/{self.clip}" if self.clip else str(self.seed)


class Place(NamedTuple):
    """Where a part of a clip's noise lies.

    Attributes:
        start: a clip's noise.
        end: another's, along a great circle from the first; None to stay there.
        share: of that way, in [0, 1].
    """

    start: Spot
    end: Spot | None = None
    share: float = 0.0

    @classmethod
    def parse(cls, text: str) -> "Place":
        """Read ``"7"``, ``"7/2"`` (clip 2 of seed 7) or ``"7/2:9:0.25"`` (a quarter of the way to clip 0 of seed 9).

        Raises:
            ConfigError: the text has another form, or the share lies outside [0, 1].
        """
        found = PLACE.fullmatch(text)
        if found is None:
            raise ConfigError(f"the place {text!r} is not {FORM}")
        seed, clip, end_seed, end_clip, share = found.groups()
        start = Spot(int(seed), int(clip or 0))
        if end_seed is None:
            return cls(start)
        if not 0 <= float(share) <= 1:
            raise ConfigError(f"the place {text!r} lies beyond its way, whose share must be in [0, 1]")
        return cls(start, Spot(int(end_seed), int(end_clip or 0)), float(share))

    def __str__(self) -> str:
        """As :meth:`parse` reads it."""
        if self.end is None:
            return str(self.start)
        return f"{self.start}:{self.end}:{np.format_float_positional(self.share, trim='-')}"

    def noise(self, generator: VideoGenerator, part: str, clip: int = 0) -> Tensor:
        """The part's noise, (1, D); of clip 1 it is that of the next numbers, between both ends of the same share."""
        start_1D, *ends = (
            generator.noise(1, spot.seed, first=spot.clip + clip)[part] for spot in (self.start, self.end) if spot
        )
        if not ends:
            return start_1D
        return great_circle(start_1D[0], ends[0][0], torch.tensor([self.share]).to(start_1D))


def places_of(generator: VideoGenerator, texts: Iterable[str], seed: int) -> dict[str, Place]:
    """The place of each part of a generator's noise: those that are named as ``PART=PLACE``, the others at a seed.

    Raises:
        ConfigError: a text has another form, or names a part that the generator has no noise of.
    """
    places = dict.fromkeys(generator.noise_sizes, Place(Spot(seed)))
    for text in texts:
        part, equals, place = text.partition("=")
        if not equals:
            raise ConfigError(f"{text!r} should be PART=PLACE, such as motion=7")
        if part not in places:
            raise ConfigError(f"there is no noise of {part!r} here, only of {' and '.join(places)}")
        places[part] = Place.parse(place)
    return places


def noise_at(generator: VideoGenerator, places: Mapping[str, Place], clip: int = 0) -> dict[str, Tensor]:
    """Each part's noise, (1, D), where its place is; of a later clip each place's next."""
    return {part: place.noise(generator, part, clip) for part, place in places.items()}
