"""The pendulum's figure (Fig. 5): the angle and its rate over time, and the path of the bob."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from motionkit.interfaces import Clips
from motionkit.numerics.pendulum_state import state
from motionkit.pictures.picture import Picture
from motionkit.pictures.plots.figure import blank_figure, drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SHOWN = 3


def swings(samples: Mapping[str, Clips]) -> Picture:
    """One row a system: theta and theta' over time of its first clips, then the bob's path in each.

    The rod is drawn one metre long, because a state does not say how long it is.

    Args:
        samples: keypoints of at least :data:`SHOWN` clips by system.
    """
    with blank_figure(4 * SHOWN + 2, 2.3 * len(samples) + 0.4) as figure:
        grid = figure.subplots(len(samples), 2 * SHOWN, squeeze=False, width_ratios=(2.2, 1) * SHOWN)
        for row, (name, it) in zip(grid, samples.items(), strict=True):
            theta_BT, rate_BT = (values.double().numpy() for values in state(it.keypoints_BTK2))
            for clip, (curves, path) in enumerate(zip(row[::2], row[1::2], strict=True)):
                times_T = it.times.double().numpy()
                curves.plot(times_T, theta_BT[clip], color="#1f6fb4", label="θ (rad)")
                curves.plot(times_T, rate_BT[clip], color="#d35400", label="θ' (rad/s)")
                curves.set_ylim(-12.5, 12.5)
                curves.grid(alpha=0.25)
                _bob(path, theta_BT[clip])
            row[0].set_ylabel(name)
        for curves in grid[-1, ::2]:
            curves.set_xlabel("time (s)")
        figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside upper right", ncols=2, frameon=False)
        return drawn(figure)


def _bob(plot: "Axes", theta_T: np.ndarray) -> None:
    """The bob where it passes, later places darker."""
    x_T, y_T = np.sin(theta_T), -np.cos(theta_T)
    plot.plot(x_T, y_T, color="0.8", linewidth=0.8)
    plot.scatter(x_T, y_T, c=np.linspace(0.15, 1, len(x_T)), cmap="Blues", vmin=0, vmax=1, s=14)
    plot.plot([0, x_T[-1]], [0, y_T[-1]], color="0.4", linewidth=1)
    plot.plot(0, 0, "k.", markersize=4)
    plot.set(xlim=(-1.15, 1.15), ylim=(-1.15, 1.15), aspect="equal", xticks=[], yticks=[])
