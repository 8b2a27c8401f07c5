"""The detector ``mediapipe``: COCO-17 poses from BlazePose."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from pydantic import Field

from motionkit.interfaces import COCO17, ComponentConfig, Detector, Frame, Pose
from motionkit_mediapipe.library import enlarged, silence, solution

COCO_FROM_BLAZEPOSE = np.array([0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28])
"""For each COCO-17 keypoint, its index among BlazePose's 33 landmarks."""


class MediapipeDetector(Detector):
    """One person a video, small or large, by MediaPipe's BlazePose, whose models come with it.

    A keypoint's confidence is BlazePose's ``visibility``.

    The same frames give the same poses: what the tracker remembers begins and ends with one call of :meth:`detect`.

    Raises (from :meth:`detect`):
        PluginError: mediapipe is not installed, or does not carry its models.
    """

    skeleton = COCO17

    class Config(ComponentConfig):
        """How BlazePose looks for people."""

        tracking: bool = True
        """Look for the person near where the last frame had it; False searches every frame anew."""
        enlarge_to: int = Field(384, ge=64)
        """Smaller frames are enlarged until their shorter side has so many pixels."""
        min_detection_confidence: float = Field(0.3, ge=0, le=1)
        """How sure it must be that somebody is there. Lower than MediaPipe's own 0.5: small, soft pictures need it, and
        the gates of ``prepare`` judge every pose afterwards."""
        min_tracking_confidence: float = Field(0.3, ge=0, le=1)
        """How sure it must be that it still follows them, before it searches anew."""

    config: Config

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        """One pose, or None where nobody is found, for each frame in turn."""
        pose = solution("pose", "pose_landmark/pose_landmark_full.tflite", "mediapipe")
        images = (enlarged(frame.image_HWC, self.config.enlarge_to) for frame in frames)
        for first in images:
            with silence():  # the networks are set up, and chat, until their first frame is done
                estimator = pose.Pose(
                    static_image_mode=not self.config.tracking,
                    model_complexity=1,  # "full", the one model that the package carries
                    min_detection_confidence=self.config.min_detection_confidence,
                    min_tracking_confidence=self.config.min_tracking_confidence,
                )
                landmarks = estimator.process(first).pose_landmarks
            with estimator:
                yield landmarks and _pose(landmarks)
                for image_HWC in images:
                    landmarks = estimator.process(image_HWC).pose_landmarks
                    yield landmarks and _pose(landmarks)


def _pose(landmarks: object) -> Pose:
    """BlazePose counts x and y from 0 to 1 across the picture, edge to edge."""
    points = np.array([(point.x, point.y, point.visibility) for point in landmarks.landmark], np.float32)
    coco_K3 = points[COCO_FROM_BLAZEPOSE]
    return Pose(coco_K3[:, :2] * 2 - 1, coco_K3[:, 2].clip(0, 1))
