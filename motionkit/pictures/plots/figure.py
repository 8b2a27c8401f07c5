"""Figures: what matplotlib draws, as pictures.

The same input gives the same bytes: fonts come with matplotlib, and nobody's matplotlib settings are read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from motionkit.pictures.picture import Picture


@contextmanager
def blank_figure(width: float, height: float, dpi: int = 100) -> Iterator[Figure]:
    """A figure to plot on, in matplotlib's own style, which holds until the block ends.

        with blank_figure(5, 3) as figure:
            figure.subplots().plot(times, values)
            return drawn(figure)

    Args:
        width: inches.
        height: inches.
        dpi: pixels an inch.
    """
    with matplotlib.style.context("default"):
        yield Figure(figsize=(width, height), dpi=dpi, layout="constrained")


def drawn(figure: Figure) -> Picture:
    """The picture of a figure."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def font_file() -> Path:
    """The font of figures, for what is written elsewhere."""
    return Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
