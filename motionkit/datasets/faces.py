"""Procedural faces: they show anger, joy or surprise, or talk; their truth known at any time."""

from functools import cached_property

import pydantic
import torch
from torch import Tensor

from motionkit.datasets.expressions import EXPRESSIONS, Manner, features
from motionkit.datasets.procedural import ProceduralConfig, ProceduralDataset, known
from motionkit.drawing.face.complexion import Complexion
from motionkit.drawing.face.face import Face
from motionkit.drawing.face.portrait import Portrait
from motionkit.drawing.face.pose import Pose, landmarks
from motionkit.drawing.random import Uniform
from motionkit.interfaces import FACE13, Clip, Skeleton, Window


class FaceClip(Clip):
    """One random face with one random expression: landmarks are closed-form functions of the time in seconds."""

    def __init__(self, expressions: tuple[str, ...], seconds: float, source: str, uniform: Uniform) -> None:
        self.source = source
        self.seconds = seconds
        self.label = expressions[int(uniform(0, len(expressions)))]
        self.manner = Manner(
            tempo=uniform(0.25, 0.45),
            phase=uniform(0, 2 * torch.pi),
            amplitude=uniform(0.75, 1.1),
            blinks=uniform(0.25, 0.5),
            blink_phase=uniform(0, 2 * torch.pi),
            speech=uniform(1.6, 2.6),
            turn=(uniform(-0.2, 0.2), uniform(-0.1, 0.1), uniform(-0.1, 0.1)),
            sway=uniform(0.03, 0.12),
            sway_phase=uniform(0, 2 * torch.pi),
        )
        self.face = Face.random(uniform)
        self.pose = Pose(scale=uniform(0.38, 0.46), x=uniform(-0.12, 0.12), y=uniform(-0.2, -0.08))
        self._uniform = uniform

    @cached_property
    def portrait(self) -> Portrait:
        """How the clip is drawn; it takes the last of the clip's random numbers, and only when it is first needed."""
        return Portrait(Complexion.random(self._uniform), self.face, self.pose)

    def window(self, times_T: Tensor, size: int | None = None) -> Window:
        """The clip at exactly the times asked for, its landmarks with confidence 1; see :meth:`Clip.window`."""
        times_T = times_T.to(torch.float64)
        shown = features(self.label, times_T.numpy(), self.manner)
        points = self.pose.project(self.face.points(shown), shown.head_3T)
        video_TCHW = None if size is None else torch.from_numpy(self.portrait.draw(points, size))
        keypoints = torch.from_numpy(landmarks(points)).to(torch.float32).contiguous()
        return Window(times_T, keypoints, torch.ones(keypoints.shape[:2]), video_TCHW)


class Faces(ProceduralDataset):
    """Clips of seven expressions by faces of random build, tempo, place and colours; heads sway and eyes blink."""

    class Config(ProceduralConfig):
        """Which clips there are, and what is done in them."""

        expressions: tuple[str, ...] = tuple(EXPRESSIONS)
        """Which of the expressions are shown, all equally often."""

        @pydantic.field_validator("expressions")
        @classmethod
        def _known(cls, expressions: tuple[str, ...]) -> tuple[str, ...]:
            return known("expression", expressions, EXPRESSIONS)

    config: Config

    @property
    def skeleton(self) -> Skeleton:
        return FACE13

    def make(self, source: str, uniform: Uniform) -> FaceClip:
        return FaceClip(self.config.expressions, self.config.seconds, source, uniform)
