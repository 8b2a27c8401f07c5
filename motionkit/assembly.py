"""Joining parts: a motion model and a renderer make a generator of video, and a run folder holds both."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch
from pydantic import BaseModel, TypeAdapter, ValidationError
from torch import Tensor, nn

from motionkit.config import build_config
from motionkit.interfaces import MotionGenerator, Renderer, RunError, Skeleton
from motionkit.io.run import RunFolder
from motionkit.numerics.seeding import seeded
from motionkit.registry import BUILT_IN, find


class Choice(BaseModel, frozen=True):
    """A component by name, as run.json remembers it, with the version that was installed and its whole config."""

    group: str
    name: str
    distribution: str
    version: str
    config: dict[str, Any]

    @classmethod
    def of(cls, group: str, name: str, preset: str | None, overrides: dict[str, Any], where: str) -> "Choice":
        """Find a component and settle its config.

        Args:
            group: such as ``motion``.
            name: of the component, such as ``ode``.
            preset: name of a size; a component that lacks it keeps its defaults.
            overrides: settings that go before the preset's.
            where: the config section, for messages.
        """
        plugin = find(group, name)
        config = build_config(plugin.load().Config, preset=preset, overrides=overrides, where=where)
        return cls(
            group=group,
            # In full for an outsider, so that no plugin installed later can take its place.
            name=plugin.name if plugin.distribution == BUILT_IN else f"{plugin.distribution}:{plugin.name}",
            distribution=plugin.distribution,
            version=plugin.version,
            config=config.model_dump(mode="json"),
        )

    def build(self, *arguments: Any) -> Any:
        """Make the component; ``arguments`` follow the config in its constructor."""
        component = find(self.group, self.name).load()
        return component(build_config(component.Config, overrides=self.config, where=self.name), *arguments)


class Sample(NamedTuple):
    """Generated clips.

    Attributes:
        video_BTCHW: frames in [-1, 1], or None from a generator without a renderer.
        keypoints_BTK2: (x, y) in [-1, 1], y down.
        times_T: seconds of each frame on the motion's own clock.
    """

    video_BTCHW: Tensor | None
    keypoints_BTK2: Tensor
    times_T: Tensor


class TwoStageGenerator(nn.Module):
    """Motion noise to keypoints, keypoints and appearance noise to video.

    Args:
        motion: stage I.
        renderer: stage II, or None for keypoints alone.

    Raises:
        RunError: the two speak of different skeletons.
    """

    CHUNK = 64
    """Frames that are rendered at once: enough to keep a device busy, few enough that length never bounds memory."""

    def __init__(self, motion: MotionGenerator, renderer: Renderer | None = None) -> None:
        super().__init__()
        if renderer is not None and renderer.skeleton != motion.skeleton:
            raise RunError(
                f"the motion model makes the keypoints of {motion.skeleton.name}, "
                f"but the renderer draws those of {renderer.skeleton.name}"
            )
        self.motion, self.renderer = motion, renderer

    @property
    def device(self) -> torch.device:
        return next(self.parameters()).device

    def motion_noise(self, n: int, seed: int, first: int = 0) -> Tensor:
        """z_m of ``n`` clips from number ``first`` on, (n, D); that of clip i depends on the seed and i alone."""
        clips = range(first, first + n)
        noise = [self.motion.sample_noise(1, seeded(seed, "motion noise", clip)) for clip in clips]
        return torch.cat(noise).to(self.device)

    def appearance_noise(self, n: int, seed: int, first: int = 0) -> Tensor:
        """z_a of ``n`` clips from number ``first`` on, (n, D); that of clip i depends on the seed and i alone."""
        renderer, clips = self._needed_renderer(), range(first, first + n)
        noise = [renderer.sample_noise(1, seeded(seed, "appearance noise", clip)) for clip in clips]
        return torch.cat(noise).to(self.device)

    @torch.no_grad()
    def move(self, motion_noise_BD: Tensor, times: Tensor) -> Tensor:
        """Stage I: keypoints (B, T, K, 2) at ``times``, seconds of shape (T,) or (B, T)."""
        self.eval()
        keypoints_BTK2: Tensor = self.motion(motion_noise_BD, times.to(self.device))
        return keypoints_BTK2

    @torch.no_grad()
    def render(self, appearance_noise_BD: Tensor, keypoints_BTK2: Tensor) -> Iterator[Tensor]:
        """Stage II, piece by piece: videos (B, t, 3, H, W) that follow each other in time."""
        renderer = self._needed_renderer().eval()
        frames = max(1, self.CHUNK // len(keypoints_BTK2))
        for keypoints in keypoints_BTK2.split(frames, dim=1):
            yield renderer(appearance_noise_BD, keypoints)

    def sample(self, n: int = 1, *, times: Tensor, seed: int = 0) -> Sample:
        """Generate ``n`` clips.

        Clip i depends on the seed and i, not on ``n``; its frame at a time depends on that time, not on the others.

        Args:
            n: number of clips.
            times: (T,) seconds, ascending, > 0, at any spacing; :func:`motionkit.frame_times` makes even ones.
            seed: >= 0.
        """
        keypoints_BTK2 = self.move(self.motion_noise(n, seed), times)
        if self.renderer is None:
            return Sample(None, keypoints_BTK2, times)
        pieces = self.render(self.appearance_noise(n, seed), keypoints_BTK2)
        return Sample(torch.cat(list(pieces), dim=1), keypoints_BTK2, times)

    def _needed_renderer(self) -> Renderer:
        if self.renderer is None:
            raise RunError("this generator has no renderer, so it makes keypoints alone")
        return self.renderer


def load(folder: str | Path, device: str | torch.device = "cpu") -> TwoStageGenerator:
    """A ready generator from a run folder.

    A run that trained stage I alone gives a generator of keypoints.

    Args:
        folder: of the run; it may have been moved, and trained on a device that this machine lacks.
        device: where the generator will run.

    Raises:
        RunError: the folder or one of its files is missing, damaged or does not belong there.
        PluginError: a component that the run used is not installed.
    """
    run = RunFolder.open(folder)
    motion = load_component(run, "motion")
    if motion is None:
        raise RunError(f"{folder} trained a renderer alone, and has no motion to generate; train it with --stage both")
    return TwoStageGenerator(motion, load_component(run, "renderer")).to(device).eval()


def load_component(run: RunFolder, role: str) -> Any:
    """The trained component in ``role`` (``motion`` or ``renderer``), or None if the run did not train one.

    Raises:
        RunError: its description in run.json or its weights do not belong together.
    """
    try:
        choices = run.document["components"]
        if role not in choices:
            return None
        choice, skeleton = (
            Choice.model_validate(choices[role]),
            TypeAdapter(Skeleton).validate_python(run.document["skeleton"]),
        )
    except (KeyError, TypeError, ValidationError) as error:
        raise RunError(
            f"{run.path / 'run.json'} does not describe its {role}: {' '.join(str(error).split())}"
        ) from None
    component = choice.build(skeleton)
    try:
        component.load_state_dict(run.load_weights(role))
    except RuntimeError:
        raise RunError(
            f"{run.path / role}.safetensors does not fit {role} {choice.name} "
            f"({choice.distribution} {choice.version}) as run.json describes it; was either file exchanged?"
        ) from None
    return component
