"""The detector ``sidecar``: keypoints that another program found, read from a file beside the video."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import pydantic

from motionkit.interfaces import COCO17, ComponentConfig, DataError, Detector, Frame, Pose

Keypoint = tuple[pydantic.FiniteFloat, pydantic.FiniteFloat, Annotated[float, pydantic.Field(ge=0, le=1)]]


class _Entry(pydantic.BaseModel):
    time: pydantic.FiniteFloat
    keypoints: list[Keypoint] | None


class _Sidecar(pydantic.BaseModel):
    skeleton: str
    frames: list[_Entry]


class SidecarDetector(Detector):
    """Reads ``<video's name without ending>.keypoints.json``, so that any detector at all can be used.

    The file looks like this:

        {"skeleton": "coco-17",
         "frames": [{"time": 0.04, "keypoints": [[31.5, 12.0, 0.98], ... one for each keypoint]}, ...]}

    ``time`` is in seconds since the video's first frame; a keypoint is x and y in pixels of the video, where 0 is the
    centre of the first pixel, and a confidence in [0, 1]. A frame without an entry, or whose ``keypoints`` are null,
    has no figure. An entry belongs to the frame that is nearest in time, if that is within half a frame.

    Raises (from :meth:`detect`):
        DataError: the file is missing or not as above.
    """

    skeleton = COCO17
    noisy = False

    class Config(ComponentConfig):
        """It has no settings."""

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        """The pose written for each frame, or None."""
        path = self.file_of(source)
        entries = sorted(self._read(path).frames, key=lambda entry: entry.time)
        times = [entry.time for entry in entries]
        for frame, half in _with_half_interval(frames):
            entry = _nearest(entries, times, frame.time, half)
            yield None if entry is None or entry.keypoints is None else _pose(entry.keypoints, frame)

    @staticmethod
    def file_of(source: Path) -> Path:
        """Where the keypoints of a video or an image are read from."""
        return source.with_name(f"{source.stem}.keypoints.json")

    def _read(self, path: Path) -> _Sidecar:
        if not path.is_file():
            raise DataError(f"{path}: is missing; the detector sidecar reads a video's keypoints from there")
        try:
            sidecar = _Sidecar.model_validate_json(path.read_bytes())
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            raise DataError(f"{path}: {'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}") from error
        if sidecar.skeleton != self.skeleton.name:
            raise DataError(f"{path}: its skeleton is '{sidecar.skeleton}'; it should be '{self.skeleton.name}'")
        for entry in sidecar.frames:
            if entry.keypoints is not None and len(entry.keypoints) != self.skeleton.size:
                raise DataError(
                    f"{path}: at {entry.time:g} s there are {len(entry.keypoints)} keypoints; "
                    f"{self.skeleton.name} has {self.skeleton.size}"
                )
        return sidecar


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
    return entries[best] if abs(times[best] - time) <= within + 1e-6 else None


def _pose(keypoints: list[Keypoint], frame: Frame) -> Pose:
    """Pixel i of n has its centre at (2 i + 1) / n - 1."""
    points_K3 = np.array(keypoints, np.float32)
    height, width = frame.image_HWC.shape[:2]
    keypoints_K2 = (2 * points_K3[:, :2] + 1) / np.array([width, height], np.float32) - 1
    return Pose(keypoints_K2.astype(np.float32), points_K3[:, 2])
