"""What the page may ask over its websocket, each in a form of its own; whatever else comes is refused in words."""

from typing import Annotated, Any, Literal

import pydantic
from pydantic import Field

from motionkit.interfaces import ConfigError
from motionkit.studio.takes import Short

LARGEST = 64 << 10
"""Bytes of a message."""

Finite = Annotated[float, Field(allow_inf_nan=False)]
Point = tuple[Finite, Finite]


class _Ask(pydantic.BaseModel, extra="forbid"):
    """``id`` comes back with the answer; what is newer in a ``slot`` takes the place of what is not answered yet."""

    id: int = Field(ge=0, le=2**53)
    slot: Short = ""


class Shelf(_Ask):
    """Runs and clip folders."""

    ask: Literal["shelf"]


class Look(_Ask):
    """What a take is: its frames' times, its generator, its command."""

    ask: Literal["take"]
    take: dict[str, Any]
    detector: Short | None = None


class Frames(_Ask):
    """The frames of a take around one."""

    ask: Literal["frames"]
    take: dict[str, Any]
    detector: Short | None = None
    frame: int = Field(ge=0, le=10**6)
    ahead: bool = False


class Pose(_Ask):
    """One pose in the appearance of a take."""

    ask: Literal["pose"]
    take: dict[str, Any]
    detector: Short | None = None
    keypoints: list[Point] = Field(max_length=500)


class Real(_Ask):
    """What a real clip shows: its frames' times, and which parts a run can read from it."""

    ask: Literal["real"]
    source: Short
    run: Short
    detector: Short | None = None


class RealFrames(_Ask):
    """The frames of a real clip around one, as a run reads them."""

    ask: Literal["real-frames"]
    source: Short
    run: Short
    detector: Short | None = None
    frame: int = Field(ge=0, le=10**6)


class Follow(_Ask):
    """A training's curves and samples, now and whenever there is news; of none, to stop."""

    ask: Literal["follow"]
    run: Short | None = None


class Watch(_Ask):
    """Tell when the files of these runs change."""

    ask: Literal["watch"]
    runs: list[Short] = Field(max_length=8)


class Folder(_Ask):
    """A clip folder."""

    ask: Literal["folder"]
    folder: Short


class Clip(_Ask):
    """A clip of a clip folder."""

    ask: Literal["clip"]
    folder: Short
    clip: int = Field(ge=0)


class ClipFrames(_Ask):
    """The frames of a clip around one."""

    ask: Literal["clip-frames"]
    folder: Short
    clip: int = Field(ge=0)
    frame: int = Field(ge=0, le=10**6)


class Exclude(_Ask):
    """Leave a clip out of training, or take it in again."""

    ask: Literal["exclude"]
    folder: Short
    clip: int = Field(ge=0)
    excluded: bool
    reason: str = Field("", max_length=200)


class UseClip(_Ask):
    """Make a clip of a clip folder a source of motion or appearance."""

    ask: Literal["use-clip"]
    folder: Short
    clip: int = Field(ge=0)


class Export(_Ask):
    """A take as a file; progress comes while it is made."""

    ask: Literal["export"]
    take: dict[str, Any]
    detector: Short | None = None
    kind: Short


class Stop(_Ask):
    """Stop what was asked for in the slot."""

    ask: Literal["stop"]


Ask = (
    Shelf | Look | Frames | Pose | Real | RealFrames | Follow | Watch | Folder | Clip | ClipFrames | Exclude | UseClip
    | Export | Stop
)  # fmt: skip

_ASKS: pydantic.TypeAdapter[Ask] = pydantic.TypeAdapter(Annotated[Ask, Field(discriminator="ask")])


def read(text: str) -> Ask:
    """The ask that a message is.

    Raises:
        ConfigError: it is none.
    """
    try:
        return _ASKS.validate_json(text)
    except (pydantic.ValidationError, ValueError, RecursionError) as error:
        told = error.errors()[0]["msg"] if isinstance(error, pydantic.ValidationError) else str(error)
        raise ConfigError(f"the page sent what the studio does not know: {told[:200]}") from None
