"""The first pass over a video: when its frames are shown, how large they are, and the pose in each."""

import itertools
import warnings
from collections.abc import Callable, Iterator

import numpy as np

from motionkit.interfaces import ContractError, DataError, Detector, Frame
from motionkit.preparation.recording import Recording


class Survey:
    """What is known of a video's frames, without the frames: memory grows by a few numbers for each.

    Attributes:
        times_T: the seconds of each frame.
        shapes_T2: the height and width of each frame in pixels.
        keypoints_TK2: in [-1, 1] across the whole frame; NaN where a joint was not found, or no figure.
        confidence_TK: in [0, 1]; 0 where the keypoints are NaN.
        problem: what was wrong with the file, where it broke off, or with the detector's own file; else "". With the
            latter there are no frames.
        note: what the detector warned of; else "".
    """

    def __init__(self, recording: Recording, detector: Detector, on_frame: Callable[[], None]) -> None:
        """Goes over the video; ``on_frame`` is called after each frame.

        Raises:
            ContractError: the detector gave more poses, or fewer, than there were frames.
        """
        self.problem = self.note = ""
        joints = detector.skeleton.size
        times: list[float] = []
        shapes: list[tuple[int, ...]] = []
        points: list[np.ndarray] = []
        surety: list[np.ndarray] = []

        def passing() -> Iterator[Frame]:
            try:
                for frame in recording.frames():
                    times.append(frame.time)
                    shapes.append(frame.image_HWC.shape[:2])
                    on_frame()
                    yield frame
            except DataError as error:
                self.problem = str(error)

        frames = passing()
        first = next(frames, None)
        if first is not None:  # the video's own trouble comes before the detector's
            try:
                with warnings.catch_warnings(record=True) as told:
                    warnings.simplefilter("ignore")  # libraries' own
                    warnings.simplefilter("always", UserWarning)
                    for pose in detector.detect(itertools.chain([first], frames), recording.path):
                        points.append(np.full((joints, 2), np.nan) if pose is None else pose.keypoints_K2)
                        surety.append(np.zeros(joints) if pose is None else pose.confidence_K)
                self.note = "; ".join(str(warning.message) for warning in told)
            except DataError as error:  # such as a detector's own file beside the video that is missing
                self.problem = str(error)
                for column in (times, shapes, points, surety):
                    column.clear()
        if len(points) != len(times):
            name = type(detector).__name__
            raise ContractError(
                f"detector {name}: gave {len(points)} poses for {len(times)} frames of {recording.path}"
            )
        self.times_T = np.array(times)
        self.shapes_T2 = np.array(shapes).reshape(-1, 2)
        keypoints_TK2 = np.array(points, float).reshape(-1, joints, 2)
        confidence_TK = np.array(surety, float).reshape(-1, joints)
        # A joint without a place, or without a confidence, was not found; the others of its pose were.
        found_TK = np.isfinite(keypoints_TK2).all(axis=-1) & np.isfinite(confidence_TK)
        self.keypoints_TK2 = np.where(found_TK[..., None], keypoints_TK2, np.nan)
        self.confidence_TK = np.where(found_TK, confidence_TK, 0).clip(0, 1)
