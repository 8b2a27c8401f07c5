"""Joining parts that are known by name, in the settings of a command or in a run folder, to a generator."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, TypeAdapter, ValidationError

from motionkit.config import build_config
from motionkit.interfaces import (
    ComponentConfig,
    ConfigError,
    MotionkitError,
    PluginError,
    RunError,
    Skeleton,
    VideoGenerator,
)
from motionkit.io.manifest import NAME as MANIFEST
from motionkit.io.run import RunFolder
from motionkit.registry import BUILT_IN, find
from motionkit.two_stages import TwoStageGenerator


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

    @property
    def settled(self) -> ComponentConfig:
        """All of its settings; those that came to the component after this was written have their defaults.

        Raises:
            ConfigError: a setting is not right.
        """
        config: ComponentConfig = build_config(self.component.Config, overrides=self.config, where=self.name)
        return config

    def with_config(self, config: ComponentConfig) -> "ComponentRef":
        """The same component with other settings."""
        return self.model_copy(update={"config": config.model_dump(mode="json")})

    def build(self, *arguments: Any) -> Any:
        """Make the component; ``arguments`` follow the config in its constructor.

        Raises:
            ConfigError: a setting is not right, or nothing can be made of them together.
        """
        component, config = self.component, self.settled
        try:
            return component(config, *arguments)
        except MotionkitError:
            raise
        except (ArithmeticError, LookupError, RuntimeError, ValueError) as error:  # others are mistakes in its code
            raise ConfigError(f"the {self.group} {self.name} can't be made with these settings: {error}") from error


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
