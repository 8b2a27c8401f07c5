"""An experiment: every choice that a training run makes, settled before it starts and kept in run.json."""

import dataclasses
import difflib
import os.path
import subprocess
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ValidationError

from motionkit import __version__
from motionkit.assembly import Choice
from motionkit.config import build_config
from motionkit.interfaces import (
    ClipDataset,
    ComponentConfig,
    ConfigError,
    PluginError,
    RunError,
    Skeleton,
    Split,
    TrainingConfig,
)
from motionkit.interfaces.seeding import seeded
from motionkit.io.run import RunFolder
from motionkit.registry import find
from motionkit.training.loop import LoopConfig
from motionkit.training.motion_stage import MotionStage
from motionkit.training.render_stage import RenderStage
from motionkit.training.stage import Stage
from motionkit.training.video_stage import VideoStage

STAGES: dict[str, type[Stage]] = {stage.name: stage for stage in (MotionStage, RenderStage, VideoStage)}

SECTIONS = ("data", *(s for name, stage in STAGES.items() for s in (*stage.components, f"{name}_stage")), "loop")
"""All sections of the settings."""


class Experiment(BaseModel, frozen=True):
    """What is trained, on what, and how.

    Attributes:
        components: by config section.
        stages: the settings of each stage that is trained, in the order of training.
        loop: settings of the training loop.
        seed: of everything random.
        precision: ``32`` or ``bf16-mixed``.
    """

    components: dict[str, Choice]
    stages: dict[str, dict[str, Any]]
    loop: LoopConfig
    seed: int
    precision: str

    @classmethod
    def settle(
        cls,
        stages: tuple[str, ...],
        names: Mapping[str, str],
        preset: str,
        settings: Mapping[str, Any],
        seed: int,
        precision: str,
    ) -> "Experiment":
        """Settle an experiment from what a user said.

        Args:
            stages: ``motion``, ``render`` or both; or ``video`` for a whole generator.
            names: component name of each config section; for ``data`` a folder of clips will do too.
            preset: ``small`` or ``paper``.
            settings: by section, what differs from the preset; ``name`` in a section goes before ``names``.
            seed: >= 0.
            precision: ``32`` or ``bf16-mixed``.

        Raises:
            ConfigError: a section, a setting or a value is not right.
            PluginError: a component is unknown or broken.
        """
        for section in settings:
            if section not in SECTIONS:
                near = difflib.get_close_matches(section, SECTIONS, n=1)
                hint = f"did you mean {near[0]}? " if near else ""
                raise ConfigError(f"{section} is not a section of the settings; {hint}There are: {', '.join(SECTIONS)}")
            if not isinstance(settings[section], Mapping):
                raise ConfigError(f"{section} is a section of settings, such as {section}.key=value, not a value")

        def choose(section: str, group: str) -> Choice:
            overrides = dict(settings.get(section, {}))
            return Choice.of(group, overrides.pop("name", names[section]), preset, overrides, where=section)

        def configure(section: str, config: type[ComponentConfig]) -> dict[str, Any]:
            chosen = build_config(config, preset=preset, overrides=settings.get(section, {}), where=section)
            return chosen.model_dump(mode="json")

        components = {"data": choose_data(names["data"], preset, dict(settings.get("data", {})))}
        for stage in stages:
            components |= {section: choose(section, group) for section, group in STAGES[stage].components.items()}
        return cls(
            components=components,
            stages={s: configure(f"{s}_stage", STAGES[s].settings(components)) for s in stages},
            loop=LoopConfig.model_validate(configure("loop", LoopConfig)),
            seed=seed,
            precision=precision,
        )

    def dataset(self, split: Split = "train") -> ClipDataset:
        """The clips of a split."""
        dataset: ClipDataset = self.components["data"].build(split)
        return dataset

    def config(self, name: str) -> TrainingConfig:
        """The settings of a stage."""
        settings = STAGES[name].settings(self.components)
        return build_config(settings, overrides=self.stages[name], where=f"{name}_stage")

    def stage(self, name: str, skeleton: Skeleton) -> Stage:
        """A stage with fresh networks, whose first weights are a function of the seed and the stage's name."""
        config = self.config(name)
        with torch.random.fork_rng(devices=[]):
            # Torch initialises layers from its global generator alone.
            torch.manual_seed(seeded(self.seed, name, "weights").initial_seed())
            return STAGES[name].build(self.components, skeleton, config)

    def generator(self, stage: str) -> Choice:
        """The component that a stage trains."""
        return self.components[next(iter(STAGES[stage].components))]

    def document(self, skeleton: Skeleton) -> dict[str, Any]:
        """What run.json says."""
        return {
            "motionkit": __version__,
            "skeleton": dataclasses.asdict(skeleton),
            **self.model_dump(mode="json"),
            "git": _git_state(),
        }

    @classmethod
    def of(cls, run: RunFolder) -> "Experiment":
        """The experiment that a run folder was made for. Warns where other versions are installed than made it.

        Raises:
            RunError: its run.json does not describe one.
            PluginError: a component that it used is not installed.
        """
        file = run.path / "run.json"
        try:
            experiment = cls.model_validate({key: run.document[key] for key in cls.model_fields})
        except (KeyError, ValidationError) as error:
            raise RunError(f"{file} does not describe an experiment: {' '.join(str(error).split())}") from None
        unknown = experiment.stages.keys() - STAGES.keys()
        needed = {"data", *(s for name in experiment.stages.keys() - unknown for s in STAGES[name].components)}
        if unknown or needed - experiment.components.keys():
            raise RunError(f"{file} does not describe an experiment: a stage or one of its components is missing")
        choices = experiment.components.values()
        made, now = (
            {(plugin.distribution, plugin.version) for plugin in plugins}
            for plugins in (choices, (find(choice.group, choice.name) for choice in choices))
        )
        for distribution, version in sorted(made - now):
            warnings.warn(f"{file} was made with {distribution} {version}, and goes on with another", stacklevel=2)
        # A setting that is younger than the run has its default, under which the run was made.
        stages = {name: experiment.config(name).model_dump(mode="json") for name in experiment.stages}
        return experiment.model_copy(update={"stages": stages})


def choose_data(name: str, preset: str, overrides: dict[str, Any]) -> Choice:
    """A dataset by name, or the clip folder at that path."""
    name = overrides.pop("name", name)
    try:
        return Choice.of("dataset", name, preset, overrides, where="data")
    except PluginError as unknown:
        if not Path(os.path.expanduser(name)).is_dir():
            raise PluginError(f"{unknown}; nor is there a folder {name}") from None
        return Choice.of("dataset", "folder", preset, {"path": name, **overrides}, where="data")


def _git_state() -> str | None:
    """The commit of motionkit's own checkout, with ``-dirty`` if it was changed since; None for an installed copy."""
    here = Path(__file__).parent
    try:
        described = subprocess.run(
            ["git", "-C", str(here), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
            capture_output=True, text=True, check=True, timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip()
