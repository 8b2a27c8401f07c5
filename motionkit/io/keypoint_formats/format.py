"""What a format of keypoints is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from motionkit.interfaces import Skeleton
from motionkit.io.keypoint_formats.figures import Figures
from motionkit.io.keypoint_formats.source import KeypointSource

Part = Literal["body", "face", "left_hand", "right_hand"]
"""What of a person is read, where a format has each by itself."""


class Wanted(NamedTuple):
    """Which keypoints are looked for."""

    skeleton: Skeleton
    part: Part = "body"


@dataclass(frozen=True)
class Format:
    """A published format.

    Attributes:
        title: what people call it.
        recognise: whether a file is of this format; looks no further than is needed to tell it from the others.
        read: its figures; raises DataError where the file is not as the format has it.
        beside: what its program calls the file of a video, as patterns in which ``*`` is anything, and ``{stem}`` the
            video's name without its ending.
    """

    title: str
    recognise: Callable[[KeypointSource], bool]
    read: Callable[[KeypointSource, Wanted], Figures]
    beside: tuple[str, ...] = ()
