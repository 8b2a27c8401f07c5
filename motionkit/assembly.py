"""Joining parts: a motion model and a renderer make a generator of video, and a run folder holds both."""

import itertools
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, TypeAdapter, ValidationError
from torch import Tensor, nn

from motionkit.config import build_config
from motionkit.interfaces import (
    Clips,
    ConfigError,
    Encoder,
    MotionGenerator,
    Noise,
    PluginError,
    Renderer,
    RunError,
    Skeleton,
    VideoGenerator,
)
from motionkit.io.manifest import NAME as MANIFEST
from motionkit.io.run import RunFolder
from motionkit.numerics.fitting import fit_state
from motionkit.numerics.timeline import after_start
from motionkit.registry import BUILT_IN, find


class ComponentRef(BaseModel, frozen=True):
    """A component by name, as run.json remembers it, with the version that was installed and its whole config."""

    group: str
    name: str
    distribution: str
    version: str
    config: dict[str, Any]

    @classmethod
    def of(cls, group: str, name: str, preset: str | None, overrides: dict[str, Any], where: str) -> "ComponentRef":
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


def dataset_ref(name: str, preset: str, overrides: Mapping[str, Any]) -> ComponentRef:
    """A dataset by its name, or the clip folder at that path.

    Args:
        name: of a dataset, or a path; ``name`` among the overrides goes before. With a slash it can only be a path, as
            ``./faces``; with its distribution, as ``motionkit:faces``, only a dataset.
        preset: name of a size.
        overrides: settings, as the section ``data`` has them.

    Raises:
        PluginError: there is neither a dataset of that name nor such a folder.
        ConfigError: there are both.
    """
    settings = dict(overrides)
    name = settings.pop("name", name)
    folder = Path(os.path.expanduser(name))
    if folder.name == name:
        try:
            found = ComponentRef.of("dataset", name, preset, settings, where="data")
        except PluginError as unknown:
            if not folder.is_dir():
                raise PluginError(f"{unknown}; nor is there a folder {name}") from None
        else:
            if (folder / MANIFEST).is_file():
                raise ConfigError(
                    f"'{name}' is a dataset, and a clip folder here too; "
                    f"write {found.distribution}:{name} for the dataset, or {os.curdir}{os.sep}{name} for the folder"
                )
            return found
    elif not folder.is_dir():
        raise PluginError(f"there is no folder {name}")
    return ComponentRef.of("dataset", "folder", preset, {"path": name, **settings}, where="data")


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


NOISE_PARTS = {"motion": "motion", "renderer": "appearance"}
"""The part of the noise that each component of a two-stage generator takes, by its role in a run folder."""


def load(folder: str | Path, device: str | torch.device = "cpu") -> VideoGenerator:
    """A ready generator from a run folder.

    A run of a motion model and a renderer gives a :class:`TwoStageGenerator`; one that trained stage I alone gives one
    of keypoints.

    Args:
        folder: of the run; it may have been moved, and trained on a device that this machine lacks. Or
            ``pretrained:NAME``, for a run that came with motionkit, or ``hub:OWNER/NAME``, for a repository of the
            Hugging Face Hub.
        device: where the generator will run.

    Raises:
        RunError: the folder or one of its files is missing, damaged or does not belong there.
        PluginError: a component that the run used is not installed.
    """
    run = RunFolder.open(folder)
    generator: VideoGenerator | None = load_component(run, "generator")
    if generator is None:
        if "motion" not in run.document.get("components", {}):
            raise RunError(f"{folder} trained a renderer alone, and has no motion; train it with --stage both")
        generator = join({role: run for role in NOISE_PARTS if role in run.document["components"]})
    return generator.to(device).eval()


def join(runs: Mapping[str, RunFolder]) -> TwoStageGenerator:
    """A generator whose motion model and renderer come from run folders, one or two, each with its encoder.

    Args:
        runs: by role, ``motion`` and, unless keypoints are all that is wanted, ``renderer``.

    Raises:
        RunError: one of them did not train what is wanted of it, is damaged, or speaks of another skeleton.
    """
    trained, encoders = {}, {}
    for role, run in runs.items():
        component = load_component(run, role)
        if component is None:
            raise RunError(f"{run.path} trained no {role}; name a run that did")
        trained[role], part = component, NOISE_PARTS[role]
        encoder = load_component(run, f"{part}_encoder", component.noise_size)
        if encoder is not None:
            encoders[part] = encoder
    return TwoStageGenerator(trained["motion"], trained.get("renderer"), encoders, training_fps(runs["motion"]))


def training_fps(run: RunFolder) -> float:
    """Frames a second of the windows that a run's motion learnt from; 16 where the run does not say."""
    objective = run.document.get("components", {}).get("motion_objective", {})
    return float(objective.get("config", {}).get("fps", 16.0))


def load_component(run: RunFolder, role: str, *arguments: Any) -> Any:
    """The trained component in ``role``, or None if the run trained none.

    Args:
        run: its folder.
        role: ``motion``, ``renderer``, ``generator``, ``motion_encoder`` or ``appearance_encoder``.
        arguments: those of its constructor after config and skeleton.

    Raises:
        RunError: its description in run.json or its weights do not belong together.
    """
    try:
        refs = run.document["components"]
        if role not in refs:
            return None
        ref, skeleton = (
            ComponentRef.model_validate(refs[role]),
            TypeAdapter(Skeleton).validate_python(run.document["skeleton"]),
        )
    except (KeyError, TypeError, ValidationError) as error:
        raise RunError(
            f"{run.path / 'run.json'} does not describe its {role}: {' '.join(str(error).split())}"
        ) from None
    component = ref.build() if role == "generator" else ref.build(skeleton, *arguments)
    try:
        component.load_state_dict(run.load_weights(role))
    except RuntimeError:
        raise RunError(
            f"{run.path / role}.safetensors does not fit {role} {ref.name} "
            f"({ref.distribution} {ref.version}) as run.json describes it; was either file exchanged?"
        ) from None
    return component
