"""The first pass over a video: when its frames are shown, how large they are, and the pose in each."""

import itertools
import warnings
from array import array
from collections.abc import Callable, Iterator

import numpy as np

from motionkit.interfaces import ContractError, DataError, Detector, Frame, Pose
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
        # A Python object for each number would be many times as large.
        times, shapes, points, surety = array("d"), array("l"), array("f"), array("f")
        nothing, poses = Pose(np.full((joints, 2), np.nan), np.zeros(joints)), 0

        def passing() -> Iterator[Frame]:
            try:
                for frame in recording.frames():
                    times.append(frame.time)
                    shapes.extend(frame.image_HWC.shape[:2])
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
                        keypoints_K2, confidence_K = pose or nothing
                        points.frombytes(np.asarray(keypoints_K2, np.float32).tobytes())
                        surety.frombytes(np.asarray(confidence_K, np.float32).tobytes())
                        poses += 1
                self.note = "; ".join(str(warning.message) for warning in told)
            except DataError as error:  # such as a detector's own file beside the video that is missing
                self.problem = str(error)
                times, shapes, points, surety, poses = array("d"), array("l"), array("f"), array("f"), 0
        if poses != len(times):
            name = type(detector).__name__
            raise ContractError(f"detector {name}: gave {poses} poses for {len(times)} frames of {recording.path}")
        self.times_T = np.array(times)
        self.shapes_T2 = np.array(shapes).reshape(-1, 2)
        keypoints_TK2 = np.array(points, float).reshape(-1, joints, 2)
        confidence_TK = np.array(surety, float).reshape(-1, joints)
        # A joint without a place, or without a confidence, was not found; the others of its pose were.
        found_TK = np.isfinite(keypoints_TK2).all(axis=-1) & np.isfinite(confidence_TK)
        keypoints_TK2[~found_TK], confidence_TK[~found_TK] = np.nan, 0
        self.keypoints_TK2, self.confidence_TK = keypoints_TK2, confidence_TK.clip(0, 1, out=confidence_TK)
