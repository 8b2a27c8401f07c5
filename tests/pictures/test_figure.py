"""Figures: how large the picture is, and what is painted on it."""

import matplotlib
import numpy as np
import pytest

from motionkit.pictures.plots.figure import blank_figure, drawn


def test_a_figure_is_as_large_as_asked_and_white() -> None:
    with blank_figure(3, 2, dpi=50) as figure:
        picture = drawn(figure)
    assert picture.shape == (100, 150, 3) and picture.dtype == np.uint8 and (picture == 255).all()


def test_a_figure_shows_what_is_plotted() -> None:
    with blank_figure(2, 2) as figure:
        figure.patch.set_facecolor("#ff8000")
        assert (drawn(figure) == [255, 128, 0]).all()


def test_the_users_settings_are_not_read_and_are_put_back_even_after_an_error() -> None:
    with matplotlib.rc_context({"figure.facecolor": "red"}):
        with pytest.raises(ZeroDivisionError), blank_figure(2, 2) as figure:
            assert (drawn(figure) == 255).all()
            raise ZeroDivisionError
        assert matplotlib.rcParams["figure.facecolor"] == "red"
