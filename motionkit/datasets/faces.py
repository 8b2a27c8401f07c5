"""Procedural faces: they show anger, joy or surprise, or talk; their truth known at any time."""

from functools import cached_property

import pydantic
import torch
from torch import Tensor

from motionkit.datasets.complexion import Complexion
from motionkit.datasets.expressions import EXPRESSIONS, Features, Manner
from motionkit.datasets.face import Face, Pose, landmarks
from motionkit.datasets.portrait import Portrait
from motionkit.datasets.procedural import Uniform, clip_uniform, known
from motionkit.interfaces import FACE13, Clip, ClipDataset, ComponentConfig, Skeleton, Window


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
        features = Features(self.label, times_T.numpy(), self.manner)
        points = self.pose.project(self.face.points(features), features.head_3T)
        video_TCHW = None if size is None else torch.from_numpy(self.portrait.draw(points, size))
        keypoints = torch.from_numpy(landmarks(points)).to(torch.float32).contiguous()
        return Window(times_T, keypoints, torch.ones(keypoints.shape[:2]), video_TCHW)


class Faces(ClipDataset):
    """Clips of seven expressions by faces of random build, tempo, place and colours; heads sway and eyes blink.

    Everything about clip ``index`` is drawn from a generator seeded by the config's seed, the split and the index, so
    a split may be made longer without changing its clips, and no clip belongs to both splits.
    """

    class Config(ComponentConfig):
        """Which clips there are."""

        seed: int = 0
        """Another seed, other people."""
        clips: int = pydantic.Field(4096, ge=1, le=2**31)
        """How many clips each split has."""
        seconds: float = pydantic.Field(4.0, gt=0)
        """The length of every clip."""
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

    def __len__(self) -> int:
        return self.config.clips

    def __getitem__(self, index: int) -> FaceClip:
        if not 0 <= index < len(self):
            raise IndexError(f"clip {index} was asked for, but the {self.split} split has clips 0 to {len(self) - 1}")
        uniform = clip_uniform(self.config.seed, self.split, index)
        return FaceClip(self.config.expressions, self.config.seconds, f"{self.split} clip {index}", uniform)
