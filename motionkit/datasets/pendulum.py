"""The damped pendulum of the paper's section 4: its state, not its picture, is what a motion model learns.

    theta'' + (B / M) theta' + (g / L) sin theta = 0                                                   (Eq. 8)

g is 9.81 m/s^2; B, L and M are drawn from N(0.2, 1), N(1, 1) and N(1, 1) (the paper's). A unit variance gives masses
and lengths that do not exist, so they are drawn again until L and M are at least 0.2 and B is at least 0 (our choice).

The skeleton has one keypoint, and it is not the bob: see :mod:`motionkit.numerics.pendulum_state`.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pydantic
import torch
from scipy.integrate import OdeSolution, solve_ivp
from torch import Tensor

from motionkit.drawing.paint import Part, film
from motionkit.drawing.shapes import Capsule
from motionkit.interfaces import Clip, ClipDataset, ComponentConfig, Skeleton, Split, Window
from motionkit.interfaces.seeding import seeded
from motionkit.numerics.pendulum_state import PENDULUM_STATE, keypoints

GRAVITY = 9.81
"""g, in m/s^2."""
LEAST = 0.2
"""The shortest rod in metres, and the lightest bob in kilograms."""
SWING = (0.5, 2.0)
"""How far an undamped swing would reach, in radians: short of the top, so that theta never has to wrap."""

BACKGROUND, ROD, BOB = (0.88, 0.90, 0.92), (0.25, 0.25, 0.28), (0.85, 0.33, 0.10)
"""RGB colours in [0, 1]."""


@dataclass(frozen=True)
class Pendulum:
    """The constants of Eq. 8, and where the motion starts.

    Attributes:
        damping: B / M, in 1/s.
        length: L, in metres.
        theta: at time 0, in radians.
        rate: theta' at time 0, in radians a second.
    """

    damping: float
    length: float
    theta: float
    rate: float

    @classmethod
    def random(cls, rng: torch.Generator) -> "Pendulum":
        """Constants from the paper's distributions, and a random moment of a random swing (our choice).

        The swing's reach is uniform in :data:`SWING`. The start lies on the path that would reach as far without
        damping; damping takes energy away, so theta stays within the reach.
        """

        def normal(mean: float, least: float) -> float:
            while (value := mean + float(torch.randn((), generator=rng, dtype=torch.float64))) < least:
                pass
            return value

        damping, length = normal(0.2, 0.0) / normal(1.0, LEAST), normal(1.0, LEAST)
        share, turn = torch.rand(2, generator=rng, dtype=torch.float64).tolist()
        reach, phase = SWING[0] + share * (SWING[1] - SWING[0]), 2 * math.pi * turn
        theta = reach * math.cos(phase)
        # Energy: theta'^2 / 2 = (g / L) (cos theta - cos reach).
        rate = math.sqrt(max(0.0, 2 * GRAVITY / length * (math.cos(theta) - math.cos(reach))))
        return cls(damping, length, theta, math.copysign(rate, math.sin(phase)))

    def acceleration(self, theta: float, rate: float) -> float:
        """The angular acceleration theta'' of Eq. 8, in radians a second squared."""
        return -self.damping * rate - GRAVITY / self.length * math.sin(theta)


class PendulumClip(Clip):
    """One pendulum, solved once to about nine digits and known at every time through the solver's dense output."""

    label = "pendulum"

    def __init__(self, pendulum: Pendulum, seconds: float, source: str) -> None:
        self.pendulum, self.seconds, self.source = pendulum, seconds, source

    @cached_property
    def solution(self) -> OdeSolution:
        """(theta, theta') of shape (2, T) at times (T,) in seconds."""
        start = (self.pendulum.theta, self.pendulum.rate)
        return solve_ivp(
            lambda _, y: (y[1], self.pendulum.acceleration(y[0], y[1])),
            (0.0, self.seconds), start, method="DOP853", rtol=1e-9, atol=1e-12, dense_output=True,
        ).sol  # fmt: skip

    def window(self, times_T: Tensor, size: int | None = None) -> Window:
        """The clip at exactly the times asked for, its keypoint with confidence 1; see :meth:`Clip.window`.

        The video shows the bob on its rod. A rod of L metres is drawn 0.9 L / (1 + L) long, so that all fit.
        """
        times_T = times_T.to(torch.float64)
        theta_T, rate_T = torch.from_numpy(self.solution(times_T.numpy()))
        video_TCHW = None if size is None else torch.from_numpy(draw(theta_T.numpy(), self.pendulum.length, size))
        keypoints_TK2 = keypoints(theta_T, rate_T).float()
        return Window(times_T, keypoints_TK2, torch.ones(len(times_T), 1), video_TCHW)


class Pendulums(ClipDataset):
    """Clips of pendulums, each with constants and a start of its own; a function of the seed, the split and the index.

    A clip is solved when a window of it is first asked for, and kept.
    """

    class Config(ComponentConfig):
        """Which clips there are."""

        seed: int = pydantic.Field(0, ge=0)
        """Another seed, other pendulums."""
        clips: int = pydantic.Field(1024, ge=1)
        """How many clips each split has."""
        seconds: float = pydantic.Field(4.0, gt=0)
        """The length of every clip."""

    config: Config

    def __init__(self, config: Config, split: Split = "train") -> None:
        super().__init__(config, split)
        self._clips: dict[int, PendulumClip] = {}

    @property
    def skeleton(self) -> Skeleton:
        return PENDULUM_STATE

    def __len__(self) -> int:
        return self.config.clips

    def __getitem__(self, index: int) -> PendulumClip:
        if not 0 <= index < len(self):
            raise IndexError(f"clip {index} was asked for, but the {self.split} split has clips 0 to {len(self) - 1}")
        if index not in self._clips:
            pendulum = Pendulum.random(seeded(self.config.seed, "pendulum", self.split, index))
            self._clips[index] = PendulumClip(pendulum, self.config.seconds, f"{self.split} clip {index}")
        return self._clips[index]


def draw(theta_T: np.ndarray, length: float, size: int) -> np.ndarray:
    """Frames float32 (T, 3, size, size) in [-1, 1] of a bob on a rod that hangs from the picture's middle.

    Args:
        theta_T: radians from hanging down, to the right.
        length: of the rod, in metres; drawn 0.9 L / (1 + L) long.
        size: height and width in pixels.
    """
    reach = 0.9 * length / (1 + length)
    bob_T2 = reach * np.stack([np.sin(theta_T), np.cos(theta_T)], -1)
    rod = Part([Capsule(np.zeros_like(bob_T2), bob_T2, 0.02, 0.02)], ROD)
    bob = Part([Capsule(bob_T2, bob_T2, 0.1, 0.1)], BOB)
    rows_3H = np.repeat(np.array(BACKGROUND, np.float32)[:, None], size, axis=1)
    return film(rows_3H, [rod, bob], len(theta_T))
