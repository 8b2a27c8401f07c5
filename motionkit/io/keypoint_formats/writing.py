"""The formats that keypoints can be written in."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from motionkit.io.keypoint_formats import coco, deeplabcut, sidecar, table
from motionkit.io.keypoint_formats.track import Track


class Writer(NamedTuple):
    """Writes a track to a file.

    Attributes:
        ending: of the file's name, after the clip's.
        write: writes the file of that path.
        pictures: whether its readers want each frame as a picture, ``NAME/frame-00000.png`` and so on.
    """

    ending: str
    write: Callable[[Path, Track], None]
    pictures: bool = False


WRITERS: dict[str, Writer] = {
    "sidecar": Writer(".keypoints.json", sidecar.write),
    "csv": Writer(".keypoints.csv", table.write),
    "coco": Writer(".keypoints.json", coco.write, pictures=True),
    "deeplabcut": Writer(".keypoints.csv", deeplabcut.write),
}
"""By the names that the command line gives them."""
