"""The interface of video generators: noise to video. Sampling, evaluation and benchmarks see nothing else."""

import abc
from collections.abc import Iterator, Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn

from motionkit.interfaces.clips import Clips
from motionkit.interfaces.component import ComponentConfig
from motionkit.interfaces.objective import VideoObjective
from motionkit.interfaces.seeding import seeded
from motionkit.interfaces.skeleton import Skeleton

Noise = Mapping[str, Tensor]
"""Noise of several clips by what it decides, each (B, D), such as ``{"motion": ..., "appearance": ...}``."""


class VideoGenerator(nn.Module, abc.ABC):
    """Turns noise into video. Knows nothing of how it is trained; that is for its ``Objective``.

    Set in every subclass that is a plugin:
        Config: the nested :class:`ComponentConfig`.
        Objective: the :class:`VideoObjective` that trains it.

    Set in all:
        continuous: True if there is a frame for every time; False for a generator whose frames lie on a grid of its
            own, of which the nearest is shown at each time (:mod:`motionkit.numerics.timeline` finds it), or that
            interpolates its motion between the steps of such a grid.

    Define in all: :attr:`noise_sizes`, :attr:`image_size`, :meth:`forward`. Define in some: :attr:`max_seconds`,
    :attr:`skeleton`, :meth:`sample_noise`, :meth:`pieces`, :meth:`keypoints`.

    The noise is the only source of randomness, and in evaluation mode a clip depends on its own noise and times alone:
    the same clip in any company, the same frame at shared times whatever other times are asked for.
    """

    Config: ClassVar[type[ComponentConfig]]
    Objective: ClassVar[type[VideoObjective]]
    continuous: bool

    def __init__(self, config: ComponentConfig) -> None:
        super().__init__()
        self.config = config

    @property
    @abc.abstractmethod
    def noise_sizes(self) -> Mapping[str, int]:
        """D of each part of a clip's noise, by what the part decides.

        A generator that keeps motion and appearance apart names them ``motion`` and ``appearance``: then one can be
        held while the other varies. One that does not has a single part, ``video``.
        """

    @property
    @abc.abstractmethod
    def image_size(self) -> int | None:
        """Height and width of the frames in pixels; None for a generator of keypoints alone."""

    @property
    def max_seconds(self) -> float | None:
        """The latest time that it has a frame for; None for a generator of clips of any length."""
        return None

    @property
    def skeleton(self) -> Skeleton | None:
        """What its keypoints are; None for a generator that knows no keypoints."""
        return None

    @property
    def nfe(self) -> int | None:
        """Evaluations of a vector field for the latest clips; None for a generator that has no field."""
        return None

    def sample_noise(self, part: str, batch: int, generator: torch.Generator) -> Tensor:
        """One part of the noise, N(0, I) of shape (B, D), drawn on the CPU from ``generator``."""
        return torch.randn(batch, self.noise_sizes[part], generator=generator)

    @abc.abstractmethod
    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        """Video of shape (B, T, 3, H, W) in [-1, 1].

        Args:
            noise: each part of :attr:`noise_sizes`, as :meth:`sample_noise` draws it.
            times: seconds, ascending, >= 0, of shape (T,) for all clips or (B, T) for each.

        Raises:
            ConfigError: a time is later than :attr:`max_seconds`.
        """

    @torch.no_grad()
    def pieces(self, noise: Noise, times: Tensor) -> Iterator[Clips]:
        """The clips piece by piece, each the continuation of the last, so that length need not bound memory."""
        yield Clips(times, video=self(noise, times))

    @torch.no_grad()
    def keypoints(self, noise: Noise, times: Tensor) -> Tensor | None:
        """The keypoints of the clips, (B, T, K, 2), without the cost of the video where the generator can spare it.

        None from a generator that knows no keypoints.
        """
        parts = [piece.keypoints for piece in self.pieces(noise, times)]
        known = [part for part in parts if part is not None]
        return torch.cat(known, dim=1) if known else None

    def noise(self, n: int, seed: int, first: int = 0) -> dict[str, Tensor]:
        """Noise of ``n`` clips from number ``first`` on, on the generator's device.

        Each part of clip i depends on the seed, the part and i alone: not on ``n``, nor on the other parts.
        """
        clips = range(first, first + n)
        return {
            part: torch.cat([self.sample_noise(part, 1, seeded(seed, f"{part} noise", clip)) for clip in clips]).to(
                self.device
            )
            for part in self.noise_sizes
        }

    @torch.no_grad()
    def sample(self, n: int = 1, *, times: Tensor, seed: int = 0) -> Clips:
        """Generate ``n`` clips, in evaluation mode.

        Clip i depends on the seed and i, not on ``n``; its frame at a time depends on that time, not on the others.

        Args:
            n: number of clips.
            times: (T,) seconds, ascending, > 0, at any spacing; :func:`motionkit.frame_times` makes even ones.
            seed: >= 0.

        Raises:
            ConfigError: a time is later than :attr:`max_seconds`.
        """
        self.eval()
        return Clips.joined(list(self.pieces(self.noise(n, seed), times.to(self.device))))

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return next(self.parameters()).device
