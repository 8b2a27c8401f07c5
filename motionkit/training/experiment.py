"""An experiment: every choice that a training run makes, settled before it starts and kept in run.json."""

import dataclasses
import difflib
import subprocess
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ValidationError

from motionkit import __version__
from motionkit.assembly import ComponentRef, dataset_ref
from motionkit.config import build_config, flat
from motionkit.interfaces import ClipDataset, ConfigError, DataError, RunError, Skeleton, Split, TrainingConfig
from motionkit.interfaces.seeding import seeded
from motionkit.io.run import CLIPS, RunFolder
from motionkit.registry import find, staged
from motionkit.training.loop import LoopConfig
from motionkit.training.parts import build_objective, objective_class, training_config
from motionkit.training.sections import DEFAULTS, OBJECTIVES, SECTIONS, STAGES
from motionkit.training.stage import Stage


class Experiment(BaseModel, frozen=True):
    """What is trained, on what, and how.

    Attributes:
        components: by the section of their settings.
        stages: what is trained, in this order.
        loop: settings of the training loop.
        seed: of everything random.
        precision: ``32`` or ``bf16-mixed``.
    """

    components: dict[str, ComponentRef]
    stages: tuple[str, ...]
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
            names: component name by section, where it is not the default; for ``data`` a folder of clips will do too.
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
            if not isinstance(settings[section].get("name", ""), str):
                raise ConfigError(f"{section}.name should be a name, not {settings[section]['name']!r}")
        named = DEFAULTS | {f"{stage}_objective": OBJECTIVES[preset] for stage in stages} | dict(names)

        def choose(section: str, group: str, stage: str | None = None) -> ComponentRef:
            overrides = dict(settings.get(section, {}))
            name = overrides.pop("name", named[section])
            name = staged(group, name, stage) if stage else name
            return ComponentRef.of(group, name, preset, overrides, where=section)

        components = {"data": dataset_ref(named["data"], preset, dict(settings.get("data", {})))}
        for stage in stages:
            parts, section = STAGES[stage], f"{stage}_objective"
            components[parts.generator] = generator = choose(parts.generator, parts.generator)
            if parts.discriminator is None:
                config = build_config(
                    generator.component.Objective.Config,
                    preset=preset,
                    overrides=settings.get(section, {}),
                    where=section,
                )
                components[section] = generator.with_config(config)
                continue
            components[section] = choose(section, "objective", stage)
            components[parts.discriminator] = choose(parts.discriminator, "discriminator")
            if parts.encoder is not None and objective_class(components, stage).encodes:
                components[parts.encoder] = choose(parts.encoder, "encoder")
        loop = build_config(LoopConfig, preset=preset, overrides=settings.get("loop", {}), where="loop")
        return cls(components=components, stages=stages, loop=loop, seed=seed, precision=precision)

    @property
    def sections(self) -> list[str]:
        """The sections of settings that mean something to it."""
        return [section for section in SECTIONS if section in self.components or section == "loop"]

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting by ``section.key``, and the part that is in each section by the section alone."""
        settings = {section: ref.config for section, ref in self.components.items()} | {"loop": self.loop.model_dump()}
        return {section: ref.name for section, ref in self.components.items()} | flat(settings)

    def unused(self, settings: Mapping[str, Any]) -> list[str]:
        """The sections of some settings that mean nothing to it."""
        return [section for section in settings if section not in self.sections]

    def dataset(self, split: Split = "train") -> ClipDataset:
        """The clips of a split."""
        dataset: ClipDataset = self.components["data"].build(split)
        return dataset

    def config(self, stage: str) -> TrainingConfig:
        """The settings of a stage's objective."""
        return training_config(self.components, stage)

    def stage(self, name: str, skeleton: Skeleton) -> Stage:
        """A stage with fresh networks, whose first weights are a function of the seed and the stage's name."""
        with torch.random.fork_rng(devices=[]):
            # Torch initialises layers from its global generator alone.
            torch.manual_seed(seeded(self.seed, name, "weights").initial_seed())
            return Stage(name, build_objective(self.components, name, skeleton))

    def generator(self, stage: str) -> ComponentRef:
        """The component that a stage trains."""
        return self.components[STAGES[stage].generator]

    def moved(self, place: str, run: RunFolder) -> "Experiment":
        """The same experiment, whose data lie elsewhere now; the run's document then says so too.

        Args:
            place: the folder where the data are.
            run: made for this experiment.

        Raises:
            ConfigError: the data never lay anywhere.
            DataError: there is no data, or other data than the run learnt from.
        """
        data = self.components["data"]
        if "path" not in data.config or CLIPS not in run.document:
            raise ConfigError(f"{run.path} learnt from {data.name}, which lies in no folder; leave out --data")
        there = ComponentRef.of("dataset", data.name, None, {**data.config, "path": place}, where="data")
        if there.build("train").digest != run.document[CLIPS]:
            raise DataError(
                f"{place} holds other clips than those that {run.path} learnt from in {data.config['path']}"
            )
        run.document["components"]["data"] = there.model_dump(mode="json")
        return self.model_copy(update={"components": {**self.components, "data": there}})

    def document(self, dataset: ClipDataset) -> dict[str, Any]:
        """What run.json says."""
        digest = dataset.digest
        return {
            "motionkit": __version__,
            "skeleton": dataclasses.asdict(dataset.skeleton),
            **({} if digest is None else {CLIPS: digest}),
            **self.model_dump(mode="json"),
            "git": _git_state(),
        }

    @classmethod
    def of(cls, run: RunFolder) -> "Experiment":
        """The experiment that a run folder was made for. Warns where other versions are installed than made it.

        Settings that came to a component after the run was made have their defaults, and not a preset's: by those the
        run's weights mean what they did.

        Raises:
            RunError: its run.json does not describe one.
            PluginError: a component that it used is not installed.
        """
        file = run.path / "run.json"
        try:
            experiment = cls.model_validate({key: run.document[key] for key in cls.model_fields})
        except (KeyError, ValidationError) as error:
            raise RunError(f"{file} does not describe an experiment: {' '.join(str(error).split())}") from None
        known = [stage for stage in experiment.stages if stage in STAGES]
        needed = {"data", *(f"{stage}_objective" for stage in known), *(STAGES[stage].generator for stage in known)}
        needed |= {section for stage in known if (section := STAGES[stage].discriminator) is not None}
        if len(known) < len(experiment.stages) or needed - experiment.components.keys():
            raise RunError(f"{file} does not describe an experiment: a stage or one of its components is missing")
        refs = experiment.components.values()
        made, now = (
            {(plugin.distribution, plugin.version) for plugin in plugins}
            for plugins in (refs, (find(ref.group, ref.name) for ref in refs))
        )
        for distribution, version in sorted(made - now):
            warnings.warn(f"{file} was made with {distribution} {version}, and goes on with another", stacklevel=2)
        objectives = {f"{stage}_objective": stage for stage in known}
        try:
            components = {  # the settings of an objective are known by its stage: a whole generator brings their class
                section: ref.with_config(
                    experiment.config(objectives[section]) if section in objectives else ref.settled
                )
                for section, ref in experiment.components.items()
            }
        except ConfigError as error:
            raise RunError(f"{file} does not describe an experiment: {error}") from None
        return experiment.model_copy(update={"components": components})


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
