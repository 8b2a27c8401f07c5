"""A motion model and a renderer, as one generator of video."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import torch
from torch import Tensor, nn

from motionkit.interfaces import (
    Clips,
    ConfigError,
    Encoder,
    MotionGenerator,
    Noise,
    Renderer,
    RunError,
    Skeleton,
    VideoGenerator,
)
from motionkit.numerics.fitting import fit_state
from motionkit.numerics.timeline import after_start

STATE = "motion's state"
"""What a fitted noise has beside its motion: the latent state at time 0."""


class TwoStageGenerator(VideoGenerator):
    """Motion noise to keypoints, keypoints and appearance noise to video.

    Args:
        motion: stage I.
        renderer: stage II, or None for keypoints alone.
        encoders: by the part of the noise that they tell, ``motion`` and ``appearance``; those that were trained.
        fps: frames a second of the windows that the motion model learnt from; real clips are played by it.

    Raises:
        RunError: two of them speak of different skeletons.
    """

    CHUNK = 64
    """Frames that are rendered at once: enough to keep a device busy, few enough that length never bounds memory."""

    def __init__(
        self,
        motion: MotionGenerator,
        renderer: Renderer | None = None,
        encoders: Mapping[str, Encoder] | None = None,
        fps: float = 16.0,
    ) -> None:
        super().__init__()
        if renderer is not None and renderer.skeleton != motion.skeleton:
            raise RunError(
                f"the motion model makes the keypoints of {motion.skeleton.name}, "
                f"but the renderer draws those of {renderer.skeleton.name}"
            )
        self.motion, self.renderer, self.fps = motion, renderer, fps
        self.encoders = nn.ModuleDict(dict(encoders or {}))

    @property
    def continuous(self) -> bool:
        return self.motion.continuous

    @property
    def noise_sizes(self) -> dict[str, int]:
        return {part: module.noise_size for part, module in self._parts.items()}

    @property
    def image_size(self) -> int | None:
        return None if self.renderer is None else self.renderer.image_size

    @property
    def skeleton(self) -> Skeleton:
        return self.motion.skeleton

    @property
    def trained_fps(self) -> float:
        return self.fps

    @property
    def nfe(self) -> int | None:
        return self.motion.nfe

    def sample_noise(self, part: str, batch: int, rng: torch.Generator) -> Tensor:
        return self._parts[part].sample_noise(batch, rng)

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        if self.renderer is None:
            raise RunError("this generator has no renderer, so it makes keypoints alone")
        video_BTCHW: Tensor = self.renderer(noise["appearance"], self._moved(noise, times))
        return video_BTCHW

    @torch.no_grad()
    def pieces(self, noise: Noise, times: Tensor) -> Iterator[Clips]:
        yield from self._drawn(noise, Clips(times, self._moved(noise, times)))

    def endless(self, noise: Noise, first: float, interval: float) -> Iterator[Clips]:
        if not self.motion.autonomous:
            return super().endless(noise, first, interval)
        return self._endless(noise, first, interval)

    @torch.no_grad()
    def _endless(self, noise: Noise, first: float, interval: float) -> Iterator[Clips]:
        """One second of motion after the other, each from the state at the end of the last.

        Seconds, because every whole one is a knot of the motion: so the steps are those of a clip that is made at once.
        """
        state_BD, frames = self._begun(noise), 0
        for second in itertools.count():
            # Counted in float64, so that the frames of the last hour lie as evenly as those of the first.
            ahead = max(0, math.floor((second + 1 - first) / interval + 1e-9) + 1 - frames)
            times_T = first + torch.arange(frames, frames + ahead, dtype=torch.float64) * interval
            within_T = torch.cat([(times_T - second).clamp(0, 1), torch.ones(1, dtype=torch.float64)])
            keypoints_BTK2, state_BD = self.motion.flow(state_BD, within_T.to(state_BD))
            frames += ahead
            if ahead:
                yield from self._drawn(noise, Clips(times_T.to(state_BD), keypoints_BTK2[:, :-1]))

    def _drawn(self, noise: Noise, clips: Clips) -> Iterator[Clips]:
        """Clips of keypoints, drawn piece by piece where there is a renderer."""
        if self.renderer is None:
            yield clips
            return
        for piece in clips.chunks(max(1, self.CHUNK // len(clips))):
            yield self.draw(noise, piece)

    @property
    def draws_poses(self) -> bool:
        return True

    @torch.no_grad()
    def draw(self, noise: Noise, poses: Clips) -> Clips:
        if self.renderer is None:
            return poses
        return replace(poses, video=self.renderer(noise["appearance"], poses.keypoints_BTK2))

    @torch.no_grad()
    def keypoints(self, noise: Noise, times: Tensor) -> Tensor:
        return self._moved(noise, times)

    def _moved(self, noise: Noise, times: Tensor) -> Tensor:
        """The keypoints of the motion."""
        keypoints_BTK2: Tensor
        if STATE in noise:
            keypoints_BTK2, _ = self.motion.flow(noise[STATE], times)
        else:
            keypoints_BTK2 = self.motion(noise["motion"], times)
        return keypoints_BTK2

    def _begun(self, noise: Noise) -> Tensor:
        """The state at time 0 of a motion that is autonomous."""
        return noise[STATE] if STATE in noise else self.motion.initial_value(noise["motion"])

    @property
    def encodes(self) -> tuple[str, ...]:
        return tuple(self.encoders)

    @torch.no_grad()
    def encode(self, clips: Clips) -> dict[str, Tensor]:
        posed = clips.keypoints is not None
        shown = {"motion": posed and clips.times.shape[-1] > 1, "appearance": posed and clips.video is not None}
        able = {part: encoder for part, encoder in self.encoders.items() if shown[part]}
        if not self.encoders:
            return super().encode(clips)
        if not able:
            raise ConfigError(
                f"this generator can tell the {' and the '.join(self.encoders)} of a clip, but these clips lack what "
                "shows it: keypoints of two frames or more show the motion, keypoints and video the appearance"
            )
        return {part: encoder(clips).mean_BD for part, encoder in able.items()}

    def fit(
        self, noise: Noise, clips: Clips, on_step: Callable[[int, int], None] = lambda done, steps: None
    ) -> dict[str, Tensor]:
        # The state has room for what the noise has not: it comes several times nearer. Motion that draws fresh noise
        # on its way cannot be steered by where it begins.
        if not self.motion.autonomous:
            return dict(noise)
        times, training = self.clock(clips.times_BT), self.motion.training
        self.motion.train()  # on the steps that it learnt from, which may be coarser
        try:
            state_BD = fit_state(
                lambda state_BD: self.motion.flow(state_BD, times)[0], self._begun(noise), clips.keypoints_BTK2, on_step
            )
        finally:
            self.motion.train(training)
        return {**noise, STATE: state_BD}

    def clock(self, times: Tensor) -> Tensor:
        return after_start(times, self.fps)

    @property
    def _parts(self) -> dict[str, MotionGenerator | Renderer]:
        return {"motion": self.motion} | ({} if self.renderer is None else {"appearance": self.renderer})
