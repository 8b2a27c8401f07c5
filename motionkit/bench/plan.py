"""A plan: which systems are compared, what is trained for them, and by which measures."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, Field

from motionkit.bench.systems import ROLES, LeftOut, System, Trial, baseline, existing_run, two_stages
from motionkit.config import build_config, merge
from motionkit.evaluation.evaluation import Protocol
from motionkit.interfaces import ConfigError, PluginError
from motionkit.registry import plugins
from motionkit.training.experiment import Experiment
from motionkit.training.loop import Budget
from motionkit.training.sections import SECTIONS


class Plan(BaseModel, frozen=True):
    """All that decides a benchmark's figures, but for the machine and the versions.

    Attributes:
        motion: the candidate's motion model.
        renderer: of the candidate, and of every motion model beside it.
        baselines: motion models, which take the candidate's place, and whole generators; of a name that is both,
            ``both`` takes the generator and ``motion`` the motion model, unless it is ``motion/NAME``.
        runs: run folders that are compared as they are.
        stage: ``motion`` compares keypoints alone; ``both`` compares video.
        data: a dataset's name, or a folder of clips.
        preset: size of everything.
        settings: by section. Those of ``motion`` and ``generator`` are of every such component; a component's own
            name is a section too, which goes before.
        seeds: how often everything is trained, with seeds 0, 1, ...
        steps: of each stage.
        minutes: of each stage; a whole generator, which has one, gets those of both.
        precision: number format of the networks.
        metrics: names with commas between; None for all installed that the stage allows.
        read: who reads keypoints in the video of every system, ``trained`` or a detector; None for systems' own.
        protocol: what of an evaluation's protocol differs from its defaults.
    """

    motion: str
    renderer: str
    baselines: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    stage: Literal["motion", "both"] = "both"
    data: str = "motionkit:actions"
    preset: str = "small"
    settings: dict[str, Any] = {}
    seeds: int = Field(1, ge=1)
    steps: int | None = None
    minutes: float | None = None
    precision: str = "32"
    metrics: str | None = None
    read: str | None = None
    protocol: dict[str, Any] = {}

    @property
    def candidate(self) -> System:
        """What the benchmark is about."""
        return two_stages(self.motion, self._renderer)

    @property
    def systems(self) -> list[System]:
        """The candidate, the baselines that can be had, and the runs."""
        return [self.candidate, *self._found[0], *map(existing_run, self.runs)]

    @property
    def left_out(self) -> list[LeftOut]:
        """The baselines that can't be had."""
        return self._found[1]

    @cached_property
    def _found(self) -> tuple[list[System], list[LeftOut]]:
        """The baselines that can be had, and those that can't."""
        systems, left_out = [], []
        for name in self.baselines:
            try:
                systems.append(baseline(name, self._renderer))
            except (ConfigError, PluginError) as error:
                left_out.append(LeftOut(name, str(error)))
        return systems, left_out

    @property
    def _renderer(self) -> str | None:
        """Of every motion model; None where keypoints alone are compared."""
        return None if self.stage == "motion" else self.renderer

    def check(self) -> None:
        """Raises ConfigError where the plan contradicts itself."""
        names = [self.motion, *(name.rpartition("/")[2] for name in self.baselines)]
        called = [system.name for system in self.systems] + [it.name for it in self.left_out]
        for name in called:
            if called.count(name) > 1:
                raise ConfigError(f"two systems are called {name}; name a component once, and rename a run's folder")
        metrics = [plugin.name for plugin in plugins("metric")]
        for section, values in self.settings.items():
            if section == "training":
                raise ConfigError(
                    "a benchmark has no section training, so leave it out of the file; "
                    "--stage, --seeds, --steps, --minutes and --precision say that here"
                )
            if section not in (*SECTIONS, *names, self.renderer, *metrics):
                raise ConfigError(
                    f"{section} is not a section of the settings, nor part of this benchmark; "
                    f"there are: {', '.join((*SECTIONS, 'protocol', *names, self.renderer))}"
                )
            if not isinstance(values, dict):
                raise ConfigError(f"{section} is a section of settings, such as {section}.key=value, not a value")
            if section in ROLES.values() and "name" in values:
                raise ConfigError(f"{section}.name can't be set here; --motion, --renderer and --baseline name systems")
        build_config(Protocol, overrides=self.protocol, where="protocol")

    def experiment(self, trial: Trial) -> Experiment:
        """What is trained in a trial.

        Raises:
            ConfigError, PluginError: it can't be.
        """
        role = ROLES[trial.stage]
        own = merge(self.settings.get(role, {}), self.settings.get(trial.component, {}))
        settings = {section: values for section, values in self.settings.items() if section in SECTIONS} | {role: own}
        names = {"data": self.data, role: trial.component}
        return Experiment.settle((trial.stage,), names, self.preset, settings, trial.seed, self.precision)

    def budget(self, trial: Trial) -> Budget:
        """How long a trial is trained."""
        stages = 2 if trial.stage == "video" else 1
        return Budget(self.steps, None if self.minutes is None else stages * self.minutes)

    def trials(self) -> Iterator[Trial]:
        """All trainings, each once, seed by seed."""
        for seed in range(self.seeds):
            yield from dict.fromkeys(trial for system in self.systems for trial in system.trials(seed))
