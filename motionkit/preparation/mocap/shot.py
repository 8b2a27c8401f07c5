"""A piece of captured motion as a camera sees it: keypoints in the picture, and the pictures of a clothed figure."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from motionkit.drawing.person.figure import Figure
from motionkit.drawing.person.look import Look
from motionkit.drawing.random import uniform_from
from motionkit.preparation.gate import Piece
from motionkit.preparation.mocap.camera import Camera, CameraConfig
from motionkit.preparation.mocap.humanoid import front


class Shot:
    """One piece of motion, seen from one side, by a camera that keeps pace with the body over the ground.

    Attributes:
        keypoints_TK2: (x, y) in the picture, y down; in [-1, 1] within it.
        confidence_TK: in [0, 1]; 0 outside the picture.
    """

    def __init__(self, piece: Piece, config: CameraConfig, size: int, rng: torch.Generator) -> None:
        uniform = uniform_from(_numbers(rng))
        joints_TK3 = piece.keypoints_TK2
        front_T3 = front(joints_TK3)
        ahead = front_T3.mean(axis=0)
        heading = np.arctan2(ahead[0], ahead[2])
        azimuth, elevation = np.deg2rad(uniform(*config.azimuth)), np.deg2rad(uniform(*config.elevation))
        camera = Camera(heading + azimuth, elevation)
        # It looks at the middle of a standing body, over whatever ground the hips are.
        middle_T3 = joints_TK3[:, 11:13].mean(axis=1) * np.array([1.0, 0.0, 1.0]) + np.array([0.0, 0.5, 0.0])
        self.keypoints_TK2 = config.stature * camera.project(joints_TK3 - middle_T3[:, None])
        # A joint outside the picture cannot be seen.
        self.confidence_TK = piece.confidence_TK * (np.abs(self.keypoints_TK2) <= 1).all(-1)
        self._facing_T = front_T3 @ camera.right_3
        self._look, self._stature, self._size = Look.random(uniform), config.stature, size

    def frames(self, on_frame: Callable[[], None]) -> np.ndarray:
        """A clothed figure in each pose, uint8 (T, size, size, 3); it turns its feet and its face as the body turns."""
        pictures = []
        for keypoints_K2, facing in zip(self.keypoints_TK2, self._facing_T, strict=True):
            picture_CHW = Figure(self._look, self._stature, float(facing)).draw(keypoints_K2[None], self._size)[0]
            pictures.append(np.round((picture_CHW + 1) * 127.5).clip(0, 255).astype(np.uint8).transpose(1, 2, 0))
            on_frame()
        return np.stack(pictures)


def _numbers(rng: torch.Generator) -> Iterator[float]:
    while True:
        yield float(torch.rand((), generator=rng, dtype=torch.float64))
