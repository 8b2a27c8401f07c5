"""A take: what the page asks to see, and the command that makes the same."""

import math
import shlex
from collections.abc import Mapping
from typing import Annotated, Literal

import pydantic
from pydantic import Field

from motionkit import SpeedCurve
from motionkit.interfaces import ConfigError

LONGEST, FASTEST, MOST_FRAMES = 600.0, 1000.0, 20_000
"""Seconds, frames a second, and frames of a take that the page may ask for; the command line has no such limits."""

FORMATS = ("mp4", "gif", "png", "npz")

Part = Literal["motion", "appearance"]
Short = Annotated[str, Field(max_length=64)]


class Take(pydantic.BaseModel, frozen=True, extra="forbid"):
    """One clip, as :mod:`motionkit.cli.generate` would make it.

    Attributes:
        run: id of the run that moves, and draws where no other is named.
        renderer: id of the run that draws, or None.
        noise: by part, its place (:class:`motionkit.numerics.places.Place`), as text.
        real: by part, the id of the source that it is read from; it goes before the place.
        seconds, fps, speed: as the command has them.
    """

    run: Short
    renderer: Short | None = None
    noise: dict[Short, Short] = Field(default={}, max_length=8)
    real: dict[Part, Short] = {}
    seconds: float = Field(2.0, gt=0, le=LONGEST)
    fps: float = Field(30.0, gt=0, le=FASTEST)
    speed: str = Field("1", max_length=2000)

    @pydantic.model_validator(mode="after")
    def _not_too_long(self) -> "Take":
        if self.seconds * self.fps > MOST_FRAMES:
            raise ValueError(f"a take here has at most {MOST_FRAMES} frames; the command line makes longer ones")
        return self

    @property
    def curve(self) -> SpeedCurve:
        """How fast it plays.

        Raises:
            ConfigError: the text is no speed curve.
        """
        return SpeedCurve.parse(self.speed)


class Named(pydantic.BaseModel, frozen=True):
    """What a take's ids stand for on the command line.

    Attributes:
        run, renderer: names of runs.
        parts: of the generator's noise.
        real: by part, the file or ``FOLDER:CLIP``.
        detector: what found the figure in it; None for a file of keypoints beside it.
    """

    run: str
    renderer: str | None
    parts: tuple[str, ...]
    real: Mapping[str, str]
    detector: str | None


def command(take: Take, named: Named, format_: str = "mp4") -> str:
    """The command line that makes what the page shows, to the byte where the format keeps bytes."""
    words = ["motionkit", "generate", named.run, "-n", "1"]
    if named.renderer is not None:
        words += ["--renderer", named.renderer]
    places = {part: place for part, place in take.noise.items() if part in set(named.parts) - named.real.keys()}
    if len(set(places.values())) == 1 and next(iter(places.values())).isdecimal():
        words += ["--seed", next(iter(places.values()))]
    else:
        words += [word for part, place in places.items() for word in ("--noise", f"{part}={place}")]
    for part, source in named.real.items():
        words += [f"--{part}-from", source]
    if named.real and named.detector is not None:
        words += ["--detector", named.detector]
    words += ["--seconds", number(take.seconds), "--fps", number(take.fps)]
    if take.speed != "1":
        words += ["--speed", take.speed]
    if format_ != "mp4":
        words += ["--format", format_]
    return shlex.join(words)


def number(value: float) -> str:
    """A number as people write it, and as it is read again."""
    return str(int(value)) if value == math.floor(value) else repr(value)


def parsed(document: object) -> Take:
    """The take that the page describes.

    Raises:
        ConfigError: it describes none.
    """
    try:
        return Take.model_validate(document)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{where + ': ' if where else ''}{first['msg'].removeprefix('Value error, ')}") from None
