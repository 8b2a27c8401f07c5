"""Frames as they would be shown: every display matrix that a camera or an editor writes."""

import numpy as np
import pytest

from motionkit.io.video import peculiarity, read_video, write_video


def with_matrix(path, a, b, c, d):
    """A film of 48 x 32 pixels with one bright corner, whose header leads (x, y) to (a x + c y, b x + d y)."""
    image = np.full((32, 48, 3), 40, np.uint8)
    image[:8, :16] = 250
    write_video(path, [image] * 3, 25)
    contents = bytearray(path.read_bytes())
    place = contents.index(b"tkhd") + 4 + 40
    fixed_point = [round(a * 65536), round(b * 65536), 0, round(c * 65536), round(d * 65536), 0, 0, 0, 1 << 30]
    contents[place : place + 36] = np.array(fixed_point, ">i4").tobytes()
    path.write_bytes(contents)
    return path


@pytest.mark.parametrize(
    ("matrix", "as_shown", "is_mirrored"),
    [
        ((1, 0, 0, 1), lambda image: image, False),
        ((0, 1, -1, 0), lambda image: np.rot90(image, -1), False),
        ((-1, 0, 0, -1), lambda image: np.rot90(image, 2), False),
        ((0, -1, 1, 0), lambda image: np.rot90(image, 1), False),
        ((-1, 0, 0, 1), lambda image: image[:, ::-1], True),
        ((1, 0, 0, -1), lambda image: image[::-1], True),
        ((0, 1, 1, 0), lambda image: image.swapaxes(0, 1), True),
        ((0, -1, -1, 0), lambda image: image[::-1, ::-1].swapaxes(0, 1), True),
        ((0.8, 0.6, -0.6, 0.8), lambda image: image, False),  # it leans, which is left as it is
        ((0, 0, 0, 0), lambda image: image, False),
    ],
)
def test_turned_and_mirrored_as_the_header_asks(tmp_path, matrix, as_shown, is_mirrored):
    plain = next(read_video(with_matrix(tmp_path / "plain.mp4", 1, 0, 0, 1))).image_HWC
    turned = with_matrix(tmp_path / "turned.mp4", *matrix)
    np.testing.assert_array_equal(next(read_video(turned)).image_HWC, as_shown(plain))
    assert (peculiarity(turned) == "is mirrored, as its header asks") == is_mirrored
