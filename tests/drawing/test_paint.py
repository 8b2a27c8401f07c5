"""How much of each pixel a shape covers, and what is laid over what."""

import numpy as np
import pytest

from motionkit.drawing import paint
from motionkit.drawing.paint import Part, film, pixel_centres
from motionkit.drawing.shapes import Capsule, Lens

BLACK, WHITE, RED = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (1.0, 0.0, 0.0)


def disc(x, radius):
    places = np.array([[x, 0.0]])
    return Capsule(places, places, radius, radius)


def on_black(*parts, size=64):
    return film(np.zeros((3, size), np.float32), parts, frames=1)[0]


def test_without_parts_the_background_shows_its_rows():
    rows_3H = np.linspace(0, 1, 24, dtype=np.float32).reshape(3, 8)
    video_TCHW = film(rows_3H, [], frames=2)
    assert video_TCHW.dtype == np.float32 and video_TCHW.shape == (2, 3, 8, 8)
    np.testing.assert_array_equal(video_TCHW, np.broadcast_to(2 * rows_3H[:, :, None] - 1, (2, 3, 8, 8)))


def test_pixel_centres_are_half_a_pixel_from_the_edges():
    np.testing.assert_allclose(pixel_centres(4), [-0.75, -0.25, 0.25, 0.75])


@pytest.mark.parametrize("x", [0.0, 0.013, -0.4])
def test_a_shape_covers_its_area_wherever_it_is(monkeypatch, x):
    monkeypatch.setattr(paint, "SHADE", 0.0)
    lens = Lens(np.array([[x - 0.4, 0.0]]), np.array([[x + 0.4, 0.0]]), np.array([-0.2]), np.array([0.3]))
    for shape, area in ((disc(x, 0.5), np.pi * 0.25), (lens, 2 / 3 * 0.8 * 0.5)):
        covered = (on_black(Part([shape], WHITE)) + 1) / 2
        assert covered[0].sum() * (2 / 64) ** 2 == pytest.approx(area, rel=0.01)


def test_the_last_part_is_the_nearest_and_what_is_outside_another_shape_is_not_there():
    picture_CHW = on_black(Part([disc(0.0, 0.5)], WHITE), Part([disc(0.3, 0.4)], RED, within=disc(0.0, 0.5)))
    assert picture_CHW[1, 32, 41] == pytest.approx(-1) and picture_CHW[1, 32, 24] > 0.5  # red over white, white alone
    assert (picture_CHW[:, 32, 52] == -1).all()  # the red disc would reach there


def test_a_part_is_darker_at_its_rim():
    row_W = on_black(Part([disc(0.0, 0.5)], WHITE))[0, 32]
    assert row_W[32] > 0.99 and row_W[32 + 14] < row_W[32 + 8] < row_W[32]
