"""Procedural actions: a clothed figure that waves, jumps, bends, walks, boxes, claps; its truth known at any time."""

from functools import cached_property

import pydantic
import torch
from torch import Tensor

from motionkit.datasets.choreography import ACTIONS, Style
from motionkit.datasets.procedural import ProceduralConfig, ProceduralDataset, known
from motionkit.drawing.person.body import Body
from motionkit.drawing.person.figure import Figure
from motionkit.drawing.person.look import Look
from motionkit.drawing.person.placement import Placement
from motionkit.drawing.random import Uniform
from motionkit.interfaces import COCO17, Clip, Skeleton, Window


class ActionClip(Clip):
    """One random figure doing one random action: joints are closed-form functions of the time in seconds."""

    def __init__(self, actions: tuple[str, ...], seconds: float, source: str, uniform: Uniform) -> None:
        self.source = source
        self.seconds = seconds
        self.label = actions[int(uniform(0, len(actions)))]
        action = ACTIONS[self.label]
        self._pose = action.pose
        self.style = Style(
            tempo=uniform(*action.tempo),
            phase=uniform(0, 2 * torch.pi),
            amplitude=uniform(0.8, 1.1),
            sway_phase=uniform(0, 2 * torch.pi),
        )
        self.body = Body.random(uniform)
        self.placement = Placement(
            turn=action.turn,
            mirrored=uniform(0, 1) < 0.5,
            stature=uniform(1.2, 1.5),
            x=uniform(-0.15, 0.15),
            floor=uniform(0.78, 0.92),
        )
        self._uniform = uniform

    @cached_property
    def figure(self) -> Figure:
        """How the clip is drawn; it takes the last of the clip's random numbers, and only when it is first needed."""
        return Figure(Look.random(self._uniform), self.placement.stature, self.placement.facing)

    def window(self, times_T: Tensor, size: int | None = None) -> Window:
        """The clip at exactly the times asked for, its keypoints with confidence 1; see :meth:`Clip.window`."""
        times_T = times_T.to(torch.float64)
        posture = self._pose(times_T.numpy(), self.style)
        keypoints_TK2 = self.placement.project(self.body.joints(posture))
        video_TCHW = None if size is None else torch.from_numpy(self.figure.draw(keypoints_TK2, size))
        keypoints = torch.from_numpy(keypoints_TK2).to(torch.float32).contiguous()
        return Window(times_T, keypoints, torch.ones(keypoints.shape[:2]), video_TCHW)


class Actions(ProceduralDataset):
    """Clips of seven actions by figures of random build, tempo, place and clothes."""

    class Config(ProceduralConfig):
        """Which clips there are, and what is done in them."""

        actions: tuple[str, ...] = tuple(ACTIONS)
        """Which of the actions are done, all equally often."""

        @pydantic.field_validator("actions")
        @classmethod
        def _known(cls, actions: tuple[str, ...]) -> tuple[str, ...]:
            return known("action", actions, ACTIONS)

    config: Config

    @property
    def skeleton(self) -> Skeleton:
        return COCO17

    def make(self, source: str, uniform: Uniform) -> ActionClip:
        return ActionClip(self.config.actions, self.config.seconds, source, uniform)
