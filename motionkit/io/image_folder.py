"""Images, and folders of numbered images that are a video, read through Pillow."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from motionkit.interfaces import DataError, Frame
from motionkit.io.files import is_companion

ENDINGS = frozenset((".bmp", ".jpeg", ".jpg", ".png", ".ppm", ".tif", ".tiff"))
"""What counts as an image."""


def is_image(path: Path) -> bool:
    """Whether a file counts as an image, by its name."""
    return path.suffix.lower() in ENDINGS and not is_companion(path)


def image_files(folder: Path) -> list[Path]:
    """The images directly in a folder, by the numbers in their names: ``img_2.jpg`` comes before ``img_10.jpg``."""
    return sorted(filter(is_image, folder.iterdir()), key=_number_order)


def read_image_folder(folder: Path, fps: float) -> Iterator[Frame]:
    """The images of a folder as frames, one at a time, ``fps`` of them a second, the first at 0.

    Raises:
        DataError: the folder is missing or holds no images; or, after the frames that are good, one is damaged.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: there is no such folder of images")
    files = image_files(folder)
    if not files:
        raise DataError(f"{folder}: holds no images")
    for index, path in enumerate(files):
        yield Frame(index / fps, read_image(path))


def read_image(path: Path) -> np.ndarray:
    """An image, turned upright as its camera noted, uint8 RGB (H, W, 3).

    Raises:
        DataError: it is missing, damaged, no image, or absurdly large.
    """
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except Image.DecompressionBombError as error:  # told by its header
        raise DataError(f"{path}: has more pixels than a photograph") from error
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's ways to refuse
        raise DataError(f"{path}: is damaged or not an image") from error
    return np.asarray(upright)


def _number_order(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path.name)]
