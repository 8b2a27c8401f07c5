"""Folders of images as videos."""

import numpy as np
import pytest
from PIL import Image

from motionkit.interfaces import DataError
from motionkit.io.image_folder import read_image_folder


def save(path, level, **options):
    Image.fromarray(np.full((4, 6, 3), level, np.uint8)).save(path, **options)


def test_frames_follow_the_numbers_in_the_names(tmp_path):
    for number in (10, 9, 100, 1):
        save(tmp_path / f"img_{number}.png", number)
    (tmp_path / "notes.txt").touch()
    frames = list(read_image_folder(tmp_path, 20))
    assert [frame.image_HWC[0, 0, 0] for frame in frames] == [1, 9, 10, 100]
    assert [frame.time for frame in frames] == [0, 0.05, 0.1, 0.15]
    assert all(frame.image_HWC.shape == (4, 6, 3) and frame.image_HWC.dtype == np.uint8 for frame in frames)


def test_images_become_colour_and_upright(tmp_path):
    Image.fromarray(np.full((4, 6), 7, np.uint8)).save(tmp_path / "0.png")
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it a quarter
    save(tmp_path / "1.png", 7, exif=exif)
    grey, turned = read_image_folder(tmp_path, 20)
    assert grey.image_HWC.shape == (4, 6, 3) and turned.image_HWC.shape == (6, 4, 3)


def test_damage_comes_after_the_good_frames(tmp_path):
    save(tmp_path / "0.png", 1)
    save(tmp_path / "1.png", 1)
    whole = (tmp_path / "1.png").read_bytes()
    (tmp_path / "1.png").write_bytes(whole[: len(whole) // 2])
    frames = read_image_folder(tmp_path, 20)
    next(frames)
    with pytest.raises(DataError, match=r"1\.png: is damaged"):
        next(frames)


def test_nothing_to_read(tmp_path):
    with pytest.raises(DataError, match="holds no images"):
        next(read_image_folder(tmp_path, 20))
    with pytest.raises(DataError, match="no such folder"):
        next(read_image_folder(tmp_path / "nowhere", 20))
