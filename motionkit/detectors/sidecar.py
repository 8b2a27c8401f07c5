"""The detector ``sidecar``: keypoints that another program found, read from a file beside the video."""

import warnings
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator

from motionkit.interfaces import COCO17, ComponentConfig, DataError, Detector, Frame, Pose, Skeleton
from motionkit.io.keypoint_formats.beside import keypoints_of
from motionkit.io.keypoint_formats.figures import Figures
from motionkit.io.keypoint_formats.format import Part, Wanted
from motionkit.io.keypoint_formats.reading import read_figures
from motionkit.io.skeletons import skeleton_of
from motionkit.numerics.followed import followed

SAME_TIME = 1e-6
"""Seconds; times that differ by less are one."""


def _as_skeleton(value: Any) -> Any:
    return skeleton_of(value) if isinstance(value, (str, Path)) else value


class SidecarDetector(Detector):
    """Whatever another program found, read from a file beside the video.

    Where that lies is told by :func:`~motionkit.io.keypoint_formats.beside.keypoints_of`, and its format is recognised;
    each is described in a file of :mod:`motionkit.io.keypoint_formats`. Of several figures one is followed, and a
    warning says what was left out. A file of frame numbers speaks of the frames in turn; an entry with a time belongs
    to the frame that is nearest, if that is within half a frame.

    Raises (from :meth:`detect`):
        DataError: the file is missing, of no known format, or not as its format has it, or lacks a keypoint.
    """

    skeleton = COCO17
    noisy = False

    class Config(ComponentConfig):
        """Which keypoints are read."""

        skeleton: Annotated[Skeleton, BeforeValidator(_as_skeleton)] = COCO17
        """``coco-17``, ``face-13``, or a YAML file with ``name``, ``joints``, ``bones`` and ``mirror``."""
        part: Part = "body"
        """What of a person is read, where a format has each by itself."""

    config: Config

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.skeleton = config.skeleton

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        """The pose written for each frame, or None."""
        path = self.file_of(source)
        if not path.exists():
            raise DataError(f"{path}: is missing; the detector sidecar reads a video's keypoints from there")
        figures = _one(read_figures(path, Wanted(self.skeleton, self.config.part)), path)
        order = np.argsort(figures.moments_N, kind="stable")
        figures = figures._replace(points_NK3=figures.points_NK3[order])
        moments, poses = figures.moments_N[order].tolist(), figures.points_NK3
        count = 0
        for count, (frame, half) in enumerate(_with_half_interval(frames), start=1):
            moment, within = (frame.time, half + SAME_TIME) if figures.in_seconds else (count - 1, 0.0)
            nearest = _nearest(moments, moment, within)
            pose_K3 = None if nearest is None else poses[nearest]
            found = pose_K3 is not None and np.isfinite(pose_K3).all(-1).any()
            yield _pose(pose_K3, frame, figures.size, path) if pose_K3 is not None and found else None
        if count and not figures.in_seconds and moments and moments[-1] >= count:
            warnings.warn(
                f"{path.name} has keypoints up to frame {moments[-1]}, counted from 0, and the video {count} frames",
                stacklevel=2,
            )

    @staticmethod
    def file_of(source: Path) -> Path:
        """Where the keypoints of a video or an image are read from, whether it is there or not.

        Raises:
            DataError: the file is there, but could be another's as well.
        """
        return keypoints_of(source)


def _one(figures: Figures, path: Path) -> Figures:
    """The figures of the one that is followed."""
    chosen_N = followed(figures.moments_N, figures.points_NK3, figures.tracks)
    if chosen_N.all():
        return figures._replace(tracks=None)
    _, counts = np.unique(figures.moments_N, return_counts=True)
    warnings.warn(
        f"of up to {counts.max()} figures at once in {path.name} one is followed, and {(~chosen_N).sum()} poses of "
        "others are left out",
        stacklevel=3,
    )
    return figures._replace(points_NK3=figures.points_NK3[chosen_N], moments_N=figures.moments_N[chosen_N], tracks=None)


def _with_half_interval(frames: Iterable[Frame]) -> Iterator[tuple[Frame, float]]:
    """Each frame with half the time to the next one; for the last, half the time from the one before."""
    waiting: Frame | None = None
    half = 0.0
    for frame in frames:
        if waiting is not None:
            half = (frame.time - waiting.time) / 2
            yield waiting, half
        waiting = frame
    if waiting is not None:
        yield waiting, half


def _nearest(moments: list[float], moment: float, within: float) -> int | None:
    after = bisect_left(moments, moment)
    near = [index for index in (after - 1, after) if 0 <= index < len(moments)]
    if not near:
        return None
    best = min(near, key=lambda index: abs(moments[index] - moment))
    return best if abs(moments[best] - moment) <= within else None


def _pose(points_K3: np.ndarray, frame: Frame, size: tuple[int, int] | None, path: Path) -> Pose:
    """Pixel i of n has its centre at (2 i + 1) / n - 1."""
    height, width = frame.coded_HW or frame.image_HWC.shape[:2]
    if size is not None and size != (width, height):
        raise DataError(
            f"{path}: is of pictures of {size[0]} x {size[1]} pixels, but the video's are {width} x {height}"
        )
    keypoints_K2 = (2 * points_K3[:, :2] + 1) / [width, height] - 1
    return Pose(keypoints_K2.astype(np.float32), points_K3[:, 2].astype(np.float32))
