"""Paints moving shapes over the frames of a clip, anti-aliased: what every made picture consists of.

All frames of a clip are painted in one go, part by part, each within the rectangle that it sweeps.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from motionkit.drawing.colours import Colour
from motionkit.drawing.shapes import Plane, Shape

SHADE = 0.35
"""How much darker a part is at its rim than at its middle, so that an arm shows against a shirt of its own colour."""


class Part(NamedTuple):
    """A union of shapes in one colour; of it, what lies within another shape, if any."""

    shapes: Sequence[Shape]
    colour: Colour
    within: Shape | None = None


def pixel_centres(size: int) -> Plane:
    """The coordinates in [-1, 1] of the centres of so many pixels side by side, (size,)."""
    centres: Plane = ((2 * np.arange(size) + 1) / size - 1).astype(np.float32)
    return centres


def film(rows_3H: Plane, parts: Iterable[Part], frames: int) -> Plane:
    """Parts laid one over the other, the nearest last.

    Args:
        rows_3H: the colour of each row of the background, RGB in [0, 1].
        parts: move for as many frames as there are.
        frames: how many there are.

    Returns:
        (T, 3, H, H), float32 in [-1, 1].
    """
    size = rows_3H.shape[1]
    frames_CTHW = np.empty((3, frames, size, size), np.float32)
    frames_CTHW[:] = rows_3H[:, None, :, None]
    for part in parts:
        paint(frames_CTHW, part)
    return np.ascontiguousarray(frames_CTHW.transpose(1, 0, 2, 3)) * 2 - 1


def paint(frames_CTHW: Plane, part: Part) -> None:
    """Lays one part over all frames, in place.

    Args:
        frames_CTHW: RGB in [0, 1], square.
        part: moves for as many frames as there are.
    """
    centres = pixel_centres(frames_CTHW.shape[-1])
    pixel = 2 / len(centres)
    extents = np.array([shape.extent for shape in part.shapes])
    first = np.searchsorted(centres, extents[:, 0].min(0) - pixel)
    last = np.searchsorted(centres, extents[:, 1].max(0) + pixel)
    columns, rows = slice(first[0], last[0]), slice(first[1], last[1])
    if columns.start == columns.stop or rows.start == rows.stop:
        return
    cover, depth = part.shapes[0].cover(centres[columns], centres[rows], pixel)
    for shape in part.shapes[1:]:
        other, other_depth = shape.cover(centres[columns], centres[rows], pixel)
        np.maximum(cover, other, out=cover)
        np.minimum(depth, other_depth, out=depth)
    if part.within is not None:
        cover *= part.within.cover(centres[columns], centres[rows], pixel)[0]
    shade = 1 - SHADE * np.square(np.square(np.minimum(depth, 1)))
    block = frames_CTHW[:, :, rows, columns]
    for channel, colour in zip(block, part.colour, strict=True):
        channel += cover * (np.float32(colour) * shade - channel)
