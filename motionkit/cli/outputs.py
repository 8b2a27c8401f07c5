"""The folder that a command writes to."""

from pathlib import Path

import click

from motionkit.interfaces import Skeleton
from motionkit.io.keypoint_formats.track import Track
from motionkit.io.keypoint_formats.writing import WRITERS, Writer
from motionkit.io.output import OutputFolder, output
from motionkit.io.skeletons import SKELETON, write_skeleton
from motionkit.pictures import lottie
from motionkit.pictures.picture import Picture, save_png

KEYPOINTS: dict[str, Writer] = {**WRITERS, "lottie": Writer(".lottie.json", lottie.write)}
"""What keypoints are written in, by name."""


def open_output(path: Path) -> OutputFolder:
    """The folder, made if it is missing, and this command's alone until it ends; see :func:`output`."""
    return click.get_current_context().with_resource(output(path))


def write_picture(out: OutputFolder, name: str, picture: Picture) -> None:
    """Write a picture as the PNG file of that name."""
    with out.file(name) as temporary:
        save_png(temporary, picture)


def write_skeleton_file(out: OutputFolder, skeleton: Skeleton) -> None:
    """Write ``skeleton.yaml``, by which keypoints can be read again."""
    with out.file(SKELETON) as temporary:
        write_skeleton(temporary, skeleton)


def write_track(out: OutputFolder, track: Track, format_: str) -> None:
    """Write the keypoints of one clip in one of the formats of :data:`KEYPOINTS`."""
    writer = KEYPOINTS[format_]
    with out.file(f"{track.name}{writer.ending}") as temporary:
        writer.write(temporary, track)
