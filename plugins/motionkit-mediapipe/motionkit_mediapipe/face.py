"""The detector ``facemesh``: 13 landmarks of a face from MediaPipe's FaceMesh."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from pydantic import Field

from motionkit.interfaces import FACE13, ComponentConfig, Detector, Frame, Pose
from motionkit_mediapipe.library import enlarged, silence, solution

FACE13_FROM_MESH = np.array([234, 152, 454, 105, 334, 160, 144, 387, 373, 61, 0, 291, 17])
"""For each FACE-13 landmark, the vertex of FaceMesh's 468 that lies there; checked by eye on drawn-over frames."""


class FaceMeshDetector(Detector):
    """One face a video, near the camera, by MediaPipe's FaceMesh, whose models come with it.

    Of several faces it is the largest at the start, and then the nearest to where it was.

    FaceMesh says of a face whether it is there, not how sure it is of a landmark. So all landmarks have confidence 1
    where its score for the face reaches ``min_tracking_confidence``, and elsewhere there is no pose.

    The same frames give the same poses: what the tracker remembers begins and ends with one call of :meth:`detect`.

    Raises (from :meth:`detect`):
        PluginError: mediapipe is not installed, or does not carry its models.
    """

    skeleton = FACE13

    class Config(ComponentConfig):
        """How FaceMesh looks for faces."""

        tracking: bool = True
        """Look for a face near where the last frame had it; False searches every frame anew."""
        enlarge_to: int = Field(384, ge=64)
        """Smaller frames are enlarged until their shorter side has so many pixels."""
        refine: bool = True
        """Look at eyes and lips with networks of their own: truer blinks and smiles, at twice the time."""
        max_faces: int = Field(4, ge=1)
        """How many faces are looked at, of which one is chosen."""
        min_detection_confidence: float = Field(0.5, ge=0, le=1)
        """How sure it must be that there is a face."""
        min_tracking_confidence: float = Field(0.5, ge=0, le=1)
        """How sure it must be that it still follows one, before it searches anew."""

    config: Config

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        """One pose, or None where no face is found, for each frame in turn."""
        solutions = solution("face_mesh", "face_landmark/face_landmark_with_attention.tflite", "facemesh")
        images = (enlarged(frame.image_HWC, self.config.enlarge_to) for frame in frames)
        subject = _Subject()
        for first in images:
            with silence():  # the networks are set up, and chat, until their first frame is done
                mesh = solutions.FaceMesh(
                    static_image_mode=not self.config.tracking,
                    max_num_faces=self.config.max_faces,
                    refine_landmarks=self.config.refine,
                    min_detection_confidence=self.config.min_detection_confidence,
                    min_tracking_confidence=self.config.min_tracking_confidence,
                )
                found = mesh.process(first).multi_face_landmarks
            with mesh:
                yield subject.among(found, first)
                for image_HWC in images:
                    yield subject.among(mesh.process(image_HWC).multi_face_landmarks, image_HWC)


class _Subject:
    """The face that is followed; a face farther away than its own width was, as after a cut, is not it."""

    def __init__(self) -> None:
        self.centre: np.ndarray | None = None
        self.width = 0.0

    def among(self, found: list | None, image_HWC: np.ndarray) -> Pose | None:
        """The pose of the followed face in this frame; of the largest where it is not there."""
        if not found:
            return None
        # FaceMesh counts x and y from 0 to 1 across the picture, edge to edge.
        points = [[(face.landmark[vertex].x, face.landmark[vertex].y) for vertex in FACE13_FROM_MESH] for face in found]
        keypoints_FK2 = np.array(points, np.float32) * 2 - 1
        places_FK2 = keypoints_FK2 * np.array(image_HWC.shape[1::-1])
        centres_F2, widths_F = places_FK2.mean(axis=1), np.ptp(places_FK2, axis=1).max(axis=-1)
        chosen = int(np.argmax(widths_F))
        if self.centre is not None:
            away_F = np.linalg.norm(centres_F2 - self.centre, axis=-1)
            if away_F.min() < self.width:
                chosen = int(np.argmin(away_F))
        self.centre, self.width = centres_F2[chosen], float(widths_F[chosen])
        return Pose(keypoints_FK2[chosen], np.ones(FACE13.size, np.float32))
