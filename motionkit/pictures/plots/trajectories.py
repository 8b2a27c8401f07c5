"""Trajectories: keypoints over time."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import NDArray
from torch import Tensor

from motionkit.interfaces import Skeleton
from motionkit.pictures.picture import Picture
from motionkit.pictures.plots.figure import blank_figure, drawn
from motionkit.pictures.skeletons import MIDDLE, side_colour

Array = NDArray[np.float64]
Stroke = str | tuple[float, tuple[float, ...]]

STROKES: tuple[Stroke, ...] = ("-", (0, (4, 1.5)), (0, (1, 1.5)))

POSES, STEP = 12, 0.9
"""How many poses are bold beside a time axis, and how far apart: in keypoint units, so that they hardly overlap."""

FAINT = 60
"""How many of the poses are faint at most: more would hide the bold ones in fog."""


def trajectories(
    keypoints_BTK2: Tensor,
    times: Tensor,
    skeleton: Skeleton,
    labels: Sequence[str] | None = None,
    every: int | None = None,
) -> Picture:
    """Keypoints over time, one row a clip: its poses along a time axis, then x(t) and y(t) of the liveliest ends.

    Of many poses a few are bold; faint ones between them show the path. The curves are of joints that end a
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
    with blank_figure(15, 0.5 + 1.7 * clips) as figure:
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
        return drawn(figure)


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
    evenly = np.linspace(0, len(times_T) - 1, min(FAINT, len(times_T))).round().astype(int)
    faint = np.setdiff1d(evenly, bold)
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


def _ink(skeleton: Skeleton, *joints: int) -> tuple[float, ...]:
    """As :func:`side_colour`, darker and on a scale of 0 to 1, for white paper."""
    colour = side_colour(skeleton, *joints)
    return tuple(level / 255 * 0.85 for level in colour) if colour != MIDDLE else (0.25, 0.25, 0.25)
