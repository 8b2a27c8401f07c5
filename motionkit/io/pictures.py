"""Pictures that people look at: contact sheets, skeletons over frames, and keypoints over time.

Every picture is a uint8 RGB array of shape (H, W, 3); :func:`save_png` puts it on the disk. The same input gives the
same bytes: fonts come with matplotlib, and nobody's matplotlib settings are read.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib
import matplotlib.style
import numpy as np
from einops import rearrange
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from motionkit.interfaces import Skeleton
from motionkit.io.atomic import replacing

Picture = NDArray[np.uint8]
Array = NDArray[np.float64]
Colour = tuple[int, int, int]
Stroke = str | tuple[float, tuple[float, ...]]

LEFT, MIDDLE, RIGHT = (64, 156, 255), (245, 245, 245), (255, 140, 40)
"""Bones of the body's left side are blue and of its right side orange, which the colour-blind can tell apart too."""

STROKES: tuple[Stroke, ...] = ("-", (0, (4, 1.5)), (0, (1, 1.5)))

PAPER, INK, GUTTER = (255, 255, 255), (40, 40, 40), 2
TILE = 128
"""Frames on a contact sheet are enlarged by a whole number until they are at least this wide."""

SUPERSAMPLING = 3
"""Lines are drawn this many times larger and then averaged, which smooths their edges."""

POSES, STEP = 12, 0.9
"""How many poses are bold beside a time axis, and how far apart: in keypoint units, so that they hardly overlap."""


def to_picture(video_CHW: Tensor) -> Picture:
    """Frames of shape (..., C, H, W) in [-1, 1] as uint8 (..., H, W, C); what lies outside the range is clipped."""
    levels = ((video_CHW.detach().float().cpu() + 1) * 127.5).round().clamp(0, 255)
    return levels.movedim(-3, -1).numpy().astype(np.uint8)


def save_png(path: str | Path, picture: Picture) -> None:
    """Write a picture as a PNG that is whole or absent; raises OSError where the folder cannot be written."""
    with replacing(path) as temporary:
        Image.fromarray(picture).save(temporary, format="PNG")


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


def film_strips(videos: Sequence[Picture], columns: Sequence[Sequence[int]], labels: Sequence[str]) -> Picture:
    """One row a clip, each frame in a column of its own choice, so that frames of one time are below each other.

    Args:
        videos: uint8 (T, H, W, 3) each, of one size; the clips may be of different length.
        columns: for each clip, the column of each frame.
        labels: a word or two for each clip, written before its row.
    """
    return _sheet([dict(zip(places, clip, strict=True)) for places, clip in zip(columns, videos, strict=True)], labels)


def _sheet(rows: Sequence[Mapping[int, Picture]], labels: Sequence[str] | None) -> Picture:
    """Frames on white paper, in rows, by the column that each is in."""
    height, width, _ = next(iter(rows[0].values())).shape
    factor = math.ceil(TILE / width)
    height, width = height * factor, width * factor
    font = _font(14)
    margin = max((math.ceil(font.getlength(label)) for label in labels), default=0) + 16 if labels else GUTTER
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


def overlay(video_TCHW: Tensor | None, keypoints_TK2: Tensor, skeleton: Skeleton, size: int = 256) -> Picture:
    """Skeletons over the frames of a clip.

    Args:
        video_TCHW: in [-1, 1], or None for stick figures on black.
        keypoints_TK2: (x, y) in [-1, 1]; a joint that is not finite is left out, with its bones.
        skeleton: what the keypoints are.
        size: frames are enlarged by the smallest whole number that makes them at least this wide.

    Returns:
        uint8 (T, H, W, 3), ready for a video file.
    """
    if video_TCHW is None:
        pictures = np.zeros((len(keypoints_TK2), size, size, 3), np.uint8)
    else:
        pictures = to_picture(video_TCHW)
        factor = math.ceil(size / pictures.shape[2])
        pictures = pictures.repeat(factor, 1).repeat(factor, 2)
    pairs = zip(pictures, keypoints_TK2.detach().cpu(), strict=True)
    return np.stack([draw_skeleton(picture, keypoints_K2, skeleton) for picture, keypoints_K2 in pairs])


def draw_skeleton(picture: Picture, keypoints_K2: Tensor, skeleton: Skeleton) -> Picture:
    """The picture with a skeleton over it: left bones blue, right ones orange, those of the middle white."""
    height, width = picture.shape[:2]
    canvas = Image.fromarray(picture.repeat(SUPERSAMPLING, 0).repeat(SUPERSAMPLING, 1))
    pen = ImageDraw.Draw(canvas)
    # The picture's edges are at -1 and 1, and a pixel's centre lies half a pixel beyond its corner.
    places = (keypoints_K2.double().numpy() + 1) / 2 * (width * SUPERSAMPLING, height * SUPERSAMPLING) - 0.5
    stroke = max(1, round(SUPERSAMPLING * width / 90))
    for bone in skeleton.bones:
        if np.isfinite(places[list(bone)]).all():
            pen.line([tuple(places[joint]) for joint in bone], fill=_side(skeleton, *bone), width=stroke)
    for joint, (x, y) in enumerate(places):
        if math.isfinite(x) and math.isfinite(y):
            box = (x - stroke, y - stroke, x + stroke, y + stroke)
            pen.ellipse(box, fill=_side(skeleton, joint), outline=(0, 0, 0), width=max(1, stroke // 4))
    return np.array(canvas.reduce(SUPERSAMPLING))


def trajectories(
    keypoints_BTK2: Tensor,
    times: Tensor,
    skeleton: Skeleton,
    labels: Sequence[str] | None = None,
    every: int | None = None,
) -> Picture:
    """Keypoints over time, one row a clip: its poses along a time axis, then x(t) and y(t) of the liveliest ends.

    Of the many poses a few are bold; the faint ones between them show the path. The curves are of joints that end a
    chain of bones, such as wrists and ankles, the six that move most: left blue and right orange, and the liveliest
    pair drawn solid, the next dashed, the third dotted.

    Args:
        keypoints_BTK2: (x, y) in [-1, 1], y down.
        times: seconds, (T,) or (B, T).
        skeleton: what the keypoints are.
        labels: a word or two for each clip.
        every: which poses are bold: 4 is every fourth. By default a dozen, evenly spaced.
    """
    keypoints = keypoints_BTK2.detach().cpu().double().numpy()
    clips, frames = keypoints.shape[:2]
    times_BT = np.broadcast_to(times.detach().cpu().double().numpy(), (clips, frames))
    span = (float(times_BT.min()), float(times_BT.max()))
    ends = _liveliest_ends(keypoints, skeleton)
    bold = np.linspace(0, frames - 1, min(frames, POSES)).round().astype(int)
    if every is not None:
        bold = np.arange(every - 1, frames, every)
    with matplotlib.style.context("default"):
        figure = Figure(figsize=(15, 0.5 + 1.7 * clips), dpi=100, layout="constrained")
        canvas = FigureCanvasAgg(figure)
        axes = figure.subplots(clips, 3, squeeze=False, width_ratios=(3.0, 1, 1), sharex="col")
        for row, (poses, x, y) in enumerate(axes):
            _draw_poses(poses, keypoints[row], times_BT[row], skeleton, span, bold)
            for axis, plot in enumerate((x, y)):
                for joint, stroke in ends.items():
                    curve, colour = keypoints[row, :, joint, axis], _ink(skeleton, joint)
                    plot.plot(
                        times_BT[row], curve, color=colour, linestyle=stroke, alpha=0.85, label=skeleton.joints[joint]
                    )
                plot.set_ylim((-1.05, 1.05) if axis == 0 else (1.05, -1.05))
                plot.set_ylabel(("x", "y (down)")[axis])
                plot.grid(alpha=0.25)
            if labels:
                poses.set_ylabel(labels[row])
        for plot in axes[-1]:
            plot.set_xlabel("time (s)")
        figure.legend(
            *axes[0, 1].get_legend_handles_labels(), loc="outside upper right", ncols=len(ends), frameon=False
        )
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _draw_poses(
    plot: Axes,
    keypoints_TK2: Array,
    times_T: Array,
    skeleton: Skeleton,
    span: tuple[float, float],
    bold: NDArray[np.int_],
) -> None:
    """Skeletons set along the time axis, each centred on its own moment, in the body's true proportions."""
    unit = max(span[1] - span[0], 1e-9) / (STEP * (POSES - 1))  # seconds that take as much room as one keypoint unit
    faint = np.setdiff1d(np.arange(len(times_T)), bold)
    places = keypoints_TK2 * (unit, 1)
    places[..., 0] += times_T[:, None]
    for moments, alpha, width in ((faint, 0.18, 0.8), (bold, 1.0, 1.6)):
        lines = [places[moment, list(bone)] for moment in moments for bone in skeleton.bones]
        colours = [_ink(skeleton, *bone) for _ in moments for bone in skeleton.bones]
        plot.add_collection(LineCollection(lines, colors=colours, linewidths=width, alpha=alpha, capstyle="round"))
    plot.set_xlim(span[0] - unit, span[1] + unit)
    plot.set_ylim(1.05, -1.05)
    plot.set_aspect(unit)
    plot.set_yticks([])
    plot.spines[["left", "right", "top"]].set_visible(False)


def _liveliest_ends(keypoints_BTK2: Array, skeleton: Skeleton) -> dict[int, Stroke]:
    """The joints of one bone only that move most, and how to stroke their curves; a mirrored pair goes together."""
    degree = np.bincount(np.array(skeleton.bones, dtype=int).ravel(), minlength=skeleton.size)
    ends = np.flatnonzero(degree == 1) if (degree == 1).any() else np.arange(skeleton.size)
    travel = np.nan_to_num(np.nanstd(keypoints_BTK2, axis=1).sum((0, 2)))
    pairs = {tuple(sorted({int(end), skeleton.mirror[end]})) for end in ends}
    liveliest = sorted(pairs, key=lambda pair: (-travel[list(pair)].sum(), pair))[: len(STROKES)]
    return {joint: stroke for pair, stroke in zip(liveliest, STROKES, strict=False) for joint in pair}


def _side(skeleton: Skeleton, *joints: int) -> Colour:
    """The colour of a joint or a bone by the side that its joints name; one that names both is of the middle."""
    sides = {skeleton.joints[joint].split()[0] for joint in joints} & {"left", "right"}
    return {frozenset({"left"}): LEFT, frozenset({"right"}): RIGHT}.get(frozenset(sides), MIDDLE)


def _ink(skeleton: Skeleton, *joints: int) -> tuple[float, ...]:
    """As :func:`_side`, darker and on a scale of 0 to 1, for white paper."""
    colour = _side(skeleton, *joints)
    return tuple(level / 255 * 0.85 for level in colour) if colour != MIDDLE else (0.25, 0.25, 0.25)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf", size)
