"""Sheets: the frames of several clips on white paper."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from einops import rearrange
from PIL import Image, ImageDraw, ImageFont

from motionkit.interfaces import Clips, Skeleton
from motionkit.pictures.picture import Picture
from motionkit.pictures.skeletons import as_seen

PAPER, INK, GUTTER = (255, 255, 255), (40, 40, 40), 2
TILE = 128
"""Frames on a contact sheet are enlarged by a whole number until they are at least this wide."""


def contact_sheet(video_BTHWC: Picture, columns: int = 8, labels: Sequence[str] | None = None) -> Picture:
    """One row a clip, with frames evenly spaced from its first to its last.

    Args:
        video_BTHWC: uint8 clips of equal length; small frames are enlarged by a whole number.
        columns: how many frames a row shows; a shorter clip shows all it has.
        labels: a word or two for each clip, written before its row.
    """
    frames = video_BTHWC.shape[1]
    chosen = np.linspace(0, frames - 1, min(columns, frames)).round().astype(int)
    return _sheet([dict(enumerate(clip_THWC)) for clip_THWC in video_BTHWC[:, chosen]], labels)


def compare(kinds: Mapping[str, Clips], skeleton: Skeleton) -> Picture:
    """A contact sheet on which clips of one number are below each other, such as a real one and what was made of it.

    It shows frames where all kinds have video, and stick figures otherwise.

    Args:
        kinds: as many clips of each, of as many frames and of one size, by the word that is written before their rows.
        skeleton: what the keypoints are.

    Raises:
        ValueError: one kind has no video, and one no keypoints; or their shapes differ.
    """
    all_kinds = list(kinds.values())
    if any(clips.video is None for clips in all_kinds):
        all_kinds = [Clips(clips.times, clips.keypoints_BTK2) for clips in all_kinds]
    seen = [as_seen(clips, skeleton, size=TILE) for clips in all_kinds]
    rows_BTHWC = rearrange(seen, "kind b t h w rgb -> (b kind) t h w rgb")
    return contact_sheet(rows_BTHWC, labels=list(kinds) * len(all_kinds[0]))


def film_strips(videos: Sequence[Picture], columns: Sequence[Sequence[int]], labels: Sequence[str]) -> Picture:
    """One row a clip, each frame in a column of its own choice, so that frames of one time are below each other.

    Args:
        videos: uint8 (T, H, W, 3) each, of one size; the clips may be of different length.
        columns: for each clip, the column of each frame.
        labels: a word or two for each clip, written before its row.
    """
    return _sheet([dict(zip(places, clip, strict=True)) for places, clip in zip(columns, videos, strict=True)], labels)


def mosaic(video_BTHWC: Picture, columns: int) -> Picture:
    """Clips beside and below each other, row by row, as the frames of one clip.

    Args:
        video_BTHWC: uint8 clips of equal length, B a multiple of ``columns``; small frames are enlarged by a whole
            number.
        columns: how many are beside each other.

    Returns:
        uint8 (T, H, W, 3).
    """
    factor = math.ceil(TILE / video_BTHWC.shape[3])
    edge = [(0, 0), (0, 0), (0, GUTTER), (0, GUTTER), (0, 0)]
    tiles_BTHWC = np.pad(video_BTHWC.repeat(factor, 2).repeat(factor, 3), edge, constant_values=PAPER[0])
    joined_THWC = rearrange(tiles_BTHWC, "(r c) t h w rgb -> t (r h) (c w) rgb", c=columns)
    return joined_THWC[:, :-GUTTER, :-GUTTER]


def enlarge(video_BTHWC: Picture, size: int) -> Picture:
    """Square frames, uint8 (..., H, W, 3), at ``size`` pixels, each the nearest one's colour."""
    nearest = (2 * np.arange(size) + 1) * video_BTHWC.shape[-2] // (2 * size)
    return video_BTHWC[..., nearest, :, :][..., nearest, :]


def _sheet(rows: Sequence[Mapping[int, Picture]], labels: Sequence[str] | None) -> Picture:
    """Frames on white paper, in rows, by the column that each is in."""
    height, width, _ = next(iter(rows[0].values())).shape
    factor = math.ceil(TILE / width)
    height, width = height * factor, width * factor
    font = _font(14) if labels else None
    margin = max(math.ceil(font.getlength(label)) for label in labels) + 16 if labels and font else GUTTER
    sheet_width = margin + (1 + max(max(row) for row in rows)) * (width + GUTTER)
    sheet = Image.new("RGB", (sheet_width, len(rows) * (height + GUTTER) + GUTTER), PAPER)
    pen = ImageDraw.Draw(sheet)
    for index, row in enumerate(rows):
        top = GUTTER + index * (height + GUTTER)
        for column, frame_HWC in row.items():
            tile = Image.fromarray(frame_HWC.repeat(factor, 0).repeat(factor, 1))
            sheet.paste(tile, (margin + column * (width + GUTTER), top))
        if labels:
            pen.text((8, top + height / 2), labels[index], fill=INK, font=font, anchor="lm")
    return np.array(sheet)


def _font(size: int) -> ImageFont.FreeTypeFont:
    # Imported here, because it is slow to import, and most sheets have no labels.
    from motionkit.pictures.plots.figure import font_file

    return ImageFont.truetype(font_file(), size)
