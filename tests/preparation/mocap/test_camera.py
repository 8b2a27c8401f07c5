"""A camera that sees known points."""

import numpy as np
import pytest

from motionkit.preparation.mocap.camera import Camera

POINT = np.array([[[1.0, 2.0, 3.0]]])


@pytest.mark.parametrize(
    ("azimuth", "elevation", "expected"),
    [(0, 0, (1, -2)), (90, 0, (-3, -2)), (180, 0, (-1, -2)), (0, 90, (1, 3)), (90, 90, (-3, 1))],
)
def test_a_camera_sees_known_points(azimuth, elevation, expected):
    camera = Camera(np.deg2rad(azimuth), np.deg2rad(elevation))
    np.testing.assert_allclose(camera.project(POINT)[0, 0], expected, atol=1e-12)


def test_a_camera_never_lengthens_what_it_sees():
    generator = np.random.default_rng(0)
    points = generator.normal(size=(50, 1, 3))
    for azimuth, elevation in generator.uniform(-3, 3, (20, 2)):
        camera = Camera(azimuth, elevation)
        assert camera.right_3 @ camera.up_3 == pytest.approx(0, abs=1e-12)
        seen = np.linalg.norm(camera.project(points), axis=-1)
        assert (seen <= np.linalg.norm(points, axis=-1) + 1e-12).all()
