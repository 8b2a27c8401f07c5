"""Joining parts: a motion model and a renderer make a generator of video, and a run folder holds both."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, TypeAdapter, ValidationError
from torch import Tensor

from motionkit.config import build_config
from motionkit.interfaces import Clips, MotionGenerator, Noise, Renderer, RunError, Skeleton, VideoGenerator
from motionkit.io.run import RunFolder
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

    @property
    def component(self) -> type[Any]:
        """Its class."""
        return find(self.group, self.name).load()

    def build(self, *arguments: Any) -> Any:
        """Make the component; ``arguments`` follow the config in its constructor."""
        component = self.component
        return component(build_config(component.Config, overrides=self.config, where=self.name), *arguments)


class TwoStageGenerator(VideoGenerator):
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
        super().__init__(motion.config)
        if renderer is not None and renderer.skeleton != motion.skeleton:
            raise RunError(
                f"the motion model makes the keypoints of {motion.skeleton.name}, "
                f"but the renderer draws those of {renderer.skeleton.name}"
            )
        self.motion, self.renderer = motion, renderer
        self.continuous = motion.continuous

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
    def nfe(self) -> int | None:
        return self.motion.nfe

    def sample_noise(self, part: str, batch: int, generator: torch.Generator) -> Tensor:
        return self._parts[part].sample_noise(batch, generator)

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        if self.renderer is None:
            raise RunError("this generator has no renderer, so it makes keypoints alone")
        video_BTCHW: Tensor = self.renderer(noise["appearance"], self.motion(noise["motion"], times))
        return video_BTCHW

    @torch.no_grad()
    def pieces(self, noise: Noise, times: Tensor) -> Iterator[Clips]:
        keypoints_BTK2 = self.motion(noise["motion"], times)
        if self.renderer is None:
            yield Clips(times, keypoints_BTK2)
            return
        frames = max(1, self.CHUNK // len(keypoints_BTK2))
        for keypoints, moments in zip(keypoints_BTK2.split(frames, 1), times.split(frames, -1), strict=True):
            yield Clips(moments, keypoints, self.renderer(noise["appearance"], keypoints))

    @torch.no_grad()
    def keypoints(self, noise: Noise, times: Tensor) -> Tensor:
        keypoints_BTK2: Tensor = self.motion(noise["motion"], times)
        return keypoints_BTK2

    @property
    def _parts(self) -> dict[str, MotionGenerator | Renderer]:
        return {"motion": self.motion} | ({} if self.renderer is None else {"appearance": self.renderer})


def load(folder: str | Path, device: str | torch.device = "cpu") -> VideoGenerator:
    """A ready generator from a run folder.

    A run of a motion model and a renderer gives a :class:`TwoStageGenerator`; one that trained stage I alone gives one
    of keypoints.

    Args:
        folder: of the run; it may have been moved, and trained on a device that this machine lacks.
        device: where the generator will run.

    Raises:
        RunError: the folder or one of its files is missing, damaged or does not belong there.
        PluginError: a component that the run used is not installed.
    """
    run = RunFolder.open(folder)
    generator: VideoGenerator | None = load_component(run, "generator")
    if generator is None:
        motion = load_component(run, "motion")
        if motion is None:
            raise RunError(f"{folder} trained a renderer alone, and has no motion; train it with --stage both")
        generator = TwoStageGenerator(motion, load_component(run, "renderer"))
    return generator.to(device).eval()


def load_component(run: RunFolder, role: str) -> Any:
    """The trained component in ``role`` (``motion``, ``renderer``, ``generator``), or None if the run trained none.

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
    component = choice.build() if role == "generator" else choice.build(skeleton)
    try:
        component.load_state_dict(run.load_weights(role))
    except RuntimeError:
        raise RunError(
            f"{run.path / role}.safetensors does not fit {role} {choice.name} "
            f"({choice.distribution} {choice.version}) as run.json describes it; was either file exchanged?"
        ) from None
    return component
