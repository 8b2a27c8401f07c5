"""The detector ``sidecar``: keypoints that another program found, read from a file beside the video."""

import itertools
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pydantic

from motionkit.interfaces import COCO17, ComponentConfig, DataError, Detector, Frame, Pose
from motionkit.io.container import VIDEO_ENDINGS
from motionkit.io.image_folder import ENDINGS as IMAGE_ENDINGS
from motionkit.io.text import read_text

ROUNDING = 1e-3
"""How far above 1 a confidence may be for being rounded, in the half precision that some detectors compute in."""

SAME_TIME = 1e-6
"""Seconds; times that differ by less are one."""

Keypoint = tuple[float | None, float | None, float | None] | None


class _Entry(pydantic.BaseModel):
    time: pydantic.FiniteFloat
    keypoints: list[Keypoint] | None

    def points(self) -> np.ndarray:
        """(K, 3) of x, y and confidence; NaN, NaN and 0 where a keypoint is null, not finite, or of no confidence."""
        unseen = (np.nan, np.nan, 0.0)
        rows = [unseen if point is None or None in point else point for point in self.keypoints or ()]
        points_K3 = np.array(rows, float).reshape(-1, 3)
        # Programs write what they did not see as (0, 0, 0), or with a confidence below 0.
        points_K3[~np.isfinite(points_K3).all(axis=1) | (points_K3[:, 2] <= 0)] = unseen
        return points_K3


class _Sidecar(pydantic.BaseModel):
    skeleton: str
    frames: list[_Entry]


class SidecarDetector(Detector):
    """Reads ``<video's name without ending>.keypoints.json``, so that any detector at all can be used.

    Or ``<video's name>.keypoints.json``, such as ``jump.mp4.keypoints.json``, which has to be where another video in
    the folder has that name with another ending. The file looks like this:

        {"skeleton": "coco-17",
         "frames": [{"time": 0.04, "keypoints": [[31.5, 12.0, 0.98], ... one for each keypoint]}, ...]}

    ``time`` is in seconds since the video's first frame; a keypoint is x and y in pixels of the file, where 0 is the
    centre of the first pixel, and a confidence in [0, 1]; one that was not seen is null or has the confidence 0. A
    frame without an entry, or whose ``keypoints`` are null, has no figure. An entry belongs to the frame that is
    nearest in time, if that is within half a frame.

    Raises (from :meth:`detect`):
        DataError: the file is missing or not as above, or two of its entries have one time.
    """

    skeleton = COCO17
    noisy = False

    class Config(ComponentConfig):
        """It has no settings."""

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        """The pose written for each frame, or None."""
        path = self.file_of(source)
        entries = self._entries(path)
        times = [entry.time for entry in entries]
        for frame, half in _with_half_interval(frames):
            entry = _nearest(entries, times, frame.time, half)
            yield None if entry is None or entry.keypoints is None else _pose(entry.points(), frame)

    @staticmethod
    def file_of(source: Path) -> Path:
        """Where the keypoints of a video or an image are read from, whether it is there or not.

        Raises:
            DataError: the file is there, but could be another's as well.
        """
        own, short = (source.with_name(f"{name}.keypoints.json") for name in (source.name, source.stem))
        if own.is_file() or not short.is_file():
            return own if own.is_file() else short
        for rival in _namesakes(source):
            if not rival.with_name(f"{rival.name}.keypoints.json").is_file():
                raise DataError(
                    f"{short}: could be of {source.name} or of {rival.name}; call it {own.name} if it is of the former"
                )
        return short

    def _entries(self, path: Path) -> list[_Entry]:
        """The entries in the order of their times."""
        if not path.is_file():
            raise DataError(f"{path}: is missing; the detector sidecar reads a video's keypoints from there")
        try:
            sidecar = _Sidecar.model_validate_json(read_text(path))
        except UnicodeDecodeError as error:
            raise DataError(f"{path}: is not text in UTF-8") from error
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            raise DataError(f"{path}: {'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}") from error
        if sidecar.skeleton != self.skeleton.name:
            raise DataError(f"{path}: its skeleton is '{sidecar.skeleton}'; it should be '{self.skeleton.name}'")
        for entry in sidecar.frames:
            self._check(entry, f"{path}: at {entry.time:g} s")
        entries = sorted(sidecar.frames, key=lambda entry: entry.time)
        for entry, following in itertools.pairwise(entries):
            if following.time - entry.time < SAME_TIME:
                raise DataError(
                    f"{path}: two entries have the time {entry.time:g} s; a video of several people needs one chosen, "
                    "and each moment one entry"
                )
        return entries

    def _check(self, entry: _Entry, where: str) -> None:
        if entry.keypoints is not None and len(entry.keypoints) != self.skeleton.size:
            raise DataError(
                f"{where} there are {len(entry.keypoints)} keypoints; {self.skeleton.name} has {self.skeleton.size}"
            )
        highest = entry.points()[:, 2].max(initial=0)
        if highest > 1 + ROUNDING:
            raise DataError(
                f"{where} a confidence is {highest:g}, but 1 is the highest; cut scores that may pass it off at 1, and "
                "write COCO's visibility flags 0, 1 and 2 as 0, 0.5 and 1"
            )


def _namesakes(source: Path) -> Iterator[Path]:
    """Other videos of the same name but for the ending; beside an image, other images too."""
    endings = VIDEO_ENDINGS | (IMAGE_ENDINGS if source.suffix.lower() in IMAGE_ENDINGS else frozenset())
    for ending in sorted(endings):
        for path in (source.with_suffix(ending), source.with_suffix(ending.upper())):
            # Where case does not matter, it is there under both names.
            if path.is_file() and not (source.exists() and path.samefile(source)):
                yield path


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


def _nearest(entries: list[_Entry], times: list[float], time: float, within: float) -> _Entry | None:
    after = bisect_left(times, time)
    near = [index for index in (after - 1, after) if 0 <= index < len(times)]
    if not near:
        return None
    best = min(near, key=lambda index: abs(times[index] - time))
    return entries[best] if abs(times[best] - time) <= within + SAME_TIME else None


def _pose(points_K3: np.ndarray, frame: Frame) -> Pose:
    """Pixel i of n has its centre at (2 i + 1) / n - 1."""
    height, width = frame.coded_HW or frame.image_HWC.shape[:2]
    keypoints_K2 = (2 * points_K3[:, :2] + 1) / [width, height] - 1
    return Pose(keypoints_K2.astype(np.float32), points_K3[:, 2].clip(max=1).astype(np.float32))
