"""Pictures: levels of video as bytes, and a picture on the disk."""

import numpy as np
import pytest
import torch
from PIL import Image

from motionkit.pictures.picture import save_png, to_picture


def test_levels_become_bytes_and_the_range_is_kept():
    video = torch.tensor([-1.0, 0.0, 1.0, 3.0, -9.0]).view(5, 1, 1, 1).expand(5, 3, 2, 4)
    picture = to_picture(video)
    assert picture.shape == (5, 2, 4, 3) and picture.dtype == np.uint8
    assert picture[:, 0, 0, 0].tolist() == [0, 128, 255, 255, 0]


def test_channels_and_axes_keep_their_order():
    frame_CHW = torch.full((3, 2, 4), -1.0)
    frame_CHW[2, 1, 3] = 1.0
    assert to_picture(frame_CHW)[1, 3].tolist() == [0, 0, 255]
    assert to_picture(frame_CHW).sum() == 255


def test_a_png_holds_the_picture_and_the_same_bytes_each_time(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    for name in ("a.png", "b.png"):
        save_png(tmp_path / name, picture)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), picture)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]


def test_a_failed_save_leaves_the_earlier_picture(tmp_path):
    path = tmp_path / "sheet.png"
    save_png(path, np.zeros((4, 4, 3), np.uint8))
    before = path.read_bytes()
    with pytest.raises(TypeError):
        save_png(path, np.zeros((4, 4, 7), np.uint8))
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
    with pytest.raises(OSError):
        save_png(tmp_path / "nowhere" / "sheet.png", np.zeros((4, 4, 3), np.uint8))
