"""One moment of motionkit's own JSON, as an array from the moment that it is read.

Lists of numbers are ten times as large in memory, and a long video's file has millions of them.
"""

from typing import Annotated, Any

import numpy as np
import pydantic
from pydantic.dataclasses import dataclass
from pydantic_core.core_schema import no_info_after_validator_function

Keypoint = tuple[float | None, float | None, float | None] | None


def _points(keypoints: list[Keypoint] | None) -> np.ndarray | None:
    if keypoints is None:
        return None
    unseen = (np.nan, np.nan, np.nan)
    rows = [unseen if point is None or None in point else point for point in keypoints]
    return np.array(rows, float).reshape(-1, 3)


Points = Annotated[
    np.ndarray | None,
    pydantic.GetPydanticSchema(
        lambda _, handler: no_info_after_validator_function(_points, handler(list[Keypoint] | None))
    ),
]


@dataclass(frozen=True, slots=True)
class Entry:
    """A moment, and (K, 3) of x, y and confidence, NaN where a number is null; None where there is no figure."""

    time: pydantic.FiniteFloat
    keypoints: Points


_ENTRY = pydantic.TypeAdapter(Entry)


def packed(value: dict[str, Any]) -> dict[str, Any] | Entry:
    """An object of JSON: the entry that it is, or itself where it is something else, or an entry with a fault."""
    if value.keys() != {"time", "keypoints"}:
        return value
    try:
        return _ENTRY.validate_python(value)
    except pydantic.ValidationError:  # which the whole file's validation says better: it knows the place
        return value
