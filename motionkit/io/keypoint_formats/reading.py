"""The formats that keypoints can be read from, and reading a file of any of them."""

from pathlib import Path

from motionkit.interfaces import DataError
from motionkit.io.keypoint_formats.alphapose import ALPHAPOSE
from motionkit.io.keypoint_formats.coco import COCO
from motionkit.io.keypoint_formats.deeplabcut import DEEPLABCUT
from motionkit.io.keypoint_formats.figures import Figures, arranged
from motionkit.io.keypoint_formats.format import Wanted
from motionkit.io.keypoint_formats.mmpose import MMPOSE
from motionkit.io.keypoint_formats.openpose import OPENPOSE
from motionkit.io.keypoint_formats.sidecar import SIDECAR
from motionkit.io.keypoint_formats.sleap import SLEAP
from motionkit.io.keypoint_formats.source import KeypointSource
from motionkit.io.keypoint_formats.table import TABLE

FORMATS = (SIDECAR, OPENPOSE, COCO, MMPOSE, ALPHAPOSE, DEEPLABCUT, SLEAP, TABLE)
"""All of them."""


def read_figures(path: Path, wanted: Wanted) -> Figures:
    """What a file or a folder of keypoints holds, in the order of a skeleton.

    Raises:
        DataError: it is of no known format, or of two, or not as its format has it, or lacks a keypoint.
    """
    source = KeypointSource(path)
    fitting = [format_ for format_ in FORMATS if format_.recognise(source)]
    if len(fitting) != 1:
        known = ", ".join(format_.title for format_ in fitting or FORMATS)
        what = (
            f"could be of {known}: keep what one of them has"
            if fitting
            else f"is in no known format; known are {known}"
        )
        raise DataError(f"{path}: {what}")
    return arranged(fitting[0].read(source, wanted), wanted.skeleton, path)
