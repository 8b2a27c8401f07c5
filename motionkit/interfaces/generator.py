"""The interface of video generators: noise to video. Sampling, evaluation and benchmarks see nothing else."""

import abc
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from motionkit.interfaces.clips import Clips
from motionkit.interfaces.errors import ConfigError
from motionkit.interfaces.seeding import seeded
from motionkit.interfaces.skeleton import Skeleton

Noise = Mapping[str, Tensor]
"""Noise of several clips by what it decides, each (B, D), such as ``{"motion": ..., "appearance": ...}``; and what
:meth:`VideoGenerator.fit` adds to it."""


class Grid(NamedTuple):
    """The moments of a generator that has frames at 1/fps, 2/fps, ..., frames/fps seconds, and none between.

    Attributes:
        frames: how many there are.
        fps: how many of them lie in a second.
    """

    frames: int
    fps: float

    @property
    def seconds(self) -> float:
        """The time of the last frame."""
        return self.frames / self.fps

    @property
    def times_T(self) -> Tensor:
        """The times of all frames, float32 seconds, (T,)."""
        return torch.arange(1, self.frames + 1, dtype=torch.float64).div(self.fps).float()

    def nearest(self, times: Tensor) -> Tensor:
        """For each time, of any shape, the index of the nearest frame.

        Raises:
            ConfigError: a time lies after the last frame.
        """
        # While torch follows it into a graph, there are shapes and no values to look at.
        if not torch.compiler.is_compiling() and (latest := float(times.max())) > self.seconds + 1e-4:
            raise ConfigError(
                f"this generator makes clips of {self.frames} frames at {self.fps:g} a second, {self.seconds:g} s, "
                f"but a frame at {latest:g} s was asked for"
            )
        return (times.double() * self.fps).round().long().clamp(1, self.frames) - 1


class VideoGenerator(nn.Module, abc.ABC):
    """Turns noise into video. Knows nothing of how it is trained.

    Define in all: :attr:`noise_sizes`, :attr:`image_size`, :meth:`forward`. Define in some: :attr:`grid`,
    :attr:`trained_fps`, :attr:`skeleton`, :meth:`sample_noise`, :meth:`pieces`, :meth:`endless`, :meth:`keypoints`; to
    draw poses that others made :attr:`draws_poses`, :meth:`draw`; and to read real clips :attr:`encodes`,
    :meth:`encode`, :meth:`fit`, :meth:`clock`.

    The noise is the only source of randomness, and in evaluation mode a clip depends on its own noise and times alone:
    the same clip in any company, the same frame at shared times whatever other times are asked for.
    """

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
    def grid(self) -> Grid | None:
        """The grid that its frames lie on, of which the nearest is shown at each time; None if they lie on none."""
        return None

    @property
    def continuous(self) -> bool:
        """Whether there is a frame of its own for every time."""
        return self.grid is None

    @property
    def max_seconds(self) -> float | None:
        """The latest time that it has a frame for; None for a generator of clips of any length."""
        return None if self.grid is None else self.grid.seconds

    @property
    def trained_fps(self) -> float | None:
        """Frames a second that its training looked at, at 1/fps, 2/fps, ... seconds; None where nobody knows."""
        return None if self.grid is None else self.grid.fps

    @property
    def skeleton(self) -> Skeleton | None:
        """What its keypoints are; None for a generator that knows no keypoints."""
        return None

    @property
    def nfe(self) -> int | None:
        """Evaluations of a vector field for the latest clips; None for a generator that has no field."""
        return None

    def sample_noise(self, part: str, batch: int, rng: torch.Generator) -> Tensor:
        """One part of the noise, N(0, I) of shape (B, D), drawn on the CPU from ``rng``."""
        return torch.randn(batch, self.noise_sizes[part], generator=rng)

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

    def endless(self, noise: Noise, first: float, interval: float) -> Iterator[Clips]:
        """The clips without end, piece by piece in constant memory, where what follows a moment can be made from it.

        Args:
            noise: as :meth:`forward` takes it.
            first: the time of the first frame in seconds, >= 0.
            interval: seconds from each frame to the next, > 0.

        Raises:
            ConfigError: it can't go on for ever.
        """
        latest = "" if self.max_seconds is None else f", and at most {self.max_seconds:g}"
        raise ConfigError(f"this generator can't go on for ever from where it is; ask for a number of seconds{latest}")

    @torch.no_grad()
    def keypoints(self, noise: Noise, times: Tensor) -> Tensor | None:
        """The keypoints of the clips, (B, T, K, 2), without the cost of the video where the generator can spare it.

        None from a generator that knows no keypoints.
        """
        parts = [piece.keypoints for piece in self.pieces(noise, times)]
        known = [part for part in parts if part is not None]
        return torch.cat(known, dim=1) if known else None

    @property
    def draws_poses(self) -> bool:
        """Whether :meth:`draw` draws the poses that it is given."""
        return False

    def draw(self, noise: Noise, poses: Clips) -> Clips:
        """Poses as this generator would show them: its own keypoints give its own frames, up to rounding.

        Args:
            noise: as :meth:`forward` takes it; what of it decides the motion is not looked at.
            poses: keypoints, at any moments.

        Returns:
            The same poses, with video; without it from a generator of keypoints alone.

        Raises:
            ConfigError: it does not draw from poses.
        """
        raise ConfigError("this generator makes video without keypoints, so it can't draw a pose")

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

    def fresh_noise(self, batch: int, rng: torch.Generator) -> dict[str, Tensor]:
        """Noise of as many clips, all drawn from one generator, as training wants it."""
        return {part: self.sample_noise(part, batch, rng).to(self.device) for part in self.noise_sizes}

    @property
    def encodes(self) -> tuple[str, ...]:
        """The parts of the noise that :meth:`encode` can tell; none of a generator trained without an encoder."""
        return ()

    @torch.no_grad()
    def encode(self, clips: Clips) -> dict[str, Tensor]:
        """The noise that real clips could have been made from: each part that the generator can tell, (B, D).

        Raises:
            ConfigError: it was trained without an encoder, or the clips lack what it reads.
        """
        raise ConfigError("this generator was trained without an encoder, and can't tell the noise of a clip")

    def fit(
        self, noise: Noise, clips: Clips, on_step: Callable[[int, int], None] = lambda done, steps: None
    ) -> dict[str, Tensor]:
        """What :meth:`encode` told, with whatever brings the motion that is made of it nearer to the clips' own.

        It looks at every frame, of clips of any length, and takes as long as hundreds of generations of them.

        Args:
            noise: of as many clips.
            clips: real ones, with keypoints.
            on_step: called with the number of steps done and that of all; what it raises stops the fit.

        Returns:
            Noise that this generator alone understands; the noise as it was from one that cannot do better.
        """
        return dict(noise)

    def clock(self, times: Tensor) -> Tensor:
        """When a clip made from the motion of a real one shows moments of that one.

        Args:
            times: seconds after the real clip's first frame, of any shape.

        Returns:
            The times to ask :meth:`pieces` or :meth:`forward` for.
        """
        return times

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
