"""A plan: which systems are compared, what is trained for them, and by which measures."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, Field

from motionkit.config import build_config, merge
from motionkit.evaluation.evaluation import Protocol
from motionkit.interfaces import ConfigError, PluginError
from motionkit.registry import find, plugins, unknown
from motionkit.training.experiment import SECTIONS, STAGES, Experiment
from motionkit.training.loop import Budget

ROLES = {name: next(iter(stage.components)) for name, stage in STAGES.items()}
"""The section of the component that each stage trains."""


class Cell(NamedTuple):
    """One training: of one component in one stage with one seed, in an ordinary run folder of its own."""

    stage: str
    component: str
    seed: int

    @property
    def name(self) -> str:
        """Of its folder, such as ``motion-ode-seed0``."""
        return f"{ROLES[self.stage]}-{self.component.replace(':', '-')}-seed{self.seed}"


class System(NamedTuple):
    """What is compared: a motion model with or without a renderer, a whole generator, or a run that exists.

    Attributes:
        name: for people.
        parts: component by the stage that trains it; empty for a run that exists.
        run: path of that run.
    """

    name: str
    parts: dict[str, str]
    run: str | None = None

    def cells(self, seed: int) -> list[Cell]:
        """What has to be trained for it."""
        return [Cell(stage, component, seed) for stage, component in self.parts.items()]


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
    data: str = "actions"
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
        return self._two_stages(self.motion)

    @cached_property
    def systems(self) -> list[System | tuple[str, str]]:
        """The candidate, the baselines and the runs; in the place of one that isn't there its name and the reason."""
        given = (System(Path(run).resolve().name, {}, run) for run in self.runs)
        return [self.candidate, *map(self._baseline, self.baselines), *given]

    def check(self) -> None:
        """Raises ConfigError where the plan contradicts itself."""
        names = [self.motion, *(name.rpartition("/")[2] for name in self.baselines)]
        called = [system.name if isinstance(system, System) else system[0] for system in self.systems]
        for name in called:
            if called.count(name) > 1:
                raise ConfigError(f"two systems are called {name}; name a component once, and rename a run's folder")
        metrics = [plugin.name for plugin in plugins("metric")]
        for section, values in self.settings.items():
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

    def experiment(self, cell: Cell) -> Experiment:
        """What is trained in a cell.

        Raises:
            ConfigError, PluginError: it can't be.
        """
        role = ROLES[cell.stage]
        own = merge(self.settings.get(role, {}), self.settings.get(cell.component, {}))
        settings = {section: values for section, values in self.settings.items() if section in SECTIONS} | {role: own}
        names = {"data": self.data, "motion_discriminator": "trajectory", "video_discriminator": "video"}
        return Experiment.settle(
            (cell.stage,), names | {role: cell.component}, self.preset, settings, cell.seed, self.precision
        )

    def budget(self, cell: Cell) -> Budget:
        """How long a cell is trained."""
        stages = 2 if cell.stage == "video" else 1
        return Budget(self.steps, None if self.minutes is None else stages * self.minutes)

    def cells(self) -> Iterator[Cell]:
        """All trainings, each once, seed by seed."""
        for seed in range(self.seeds):
            systems = [system for system in self.systems if isinstance(system, System)]
            yield from dict.fromkeys(cell for system in systems for cell in system.cells(seed))

    def _two_stages(self, motion: str) -> System:
        if self.stage == "motion":
            return System(motion, {"motion": motion})
        return System(f"{motion}+{self.renderer}", {"motion": motion, "render": self.renderer})

    def _baseline(self, called: str) -> System | tuple[str, str]:
        kind, _, name = called.rpartition("/")
        groups = ("motion", "generator") if self.stage == "motion" else ("generator", "motion")
        if kind not in ("", *groups):
            return called, f"{kind} can't be compared; write motion/{name}, generator/{name}, or {name} alone"
        refusals = []
        for group in (kind,) if kind else groups:
            try:
                find(group, name)
            except PluginError as error:
                refusals += [str(error)] if any(name.endswith(plugin.name) for plugin in plugins(group)) else []
                continue
            if group == "motion":
                return self._two_stages(name)
            if self.stage == "motion":
                return called, "a whole generator has no motion model of its own; compare it with --stage both"
            return System(name, {"video": name})
        everything = [*plugins("motion"), *plugins("generator")]
        return called, (refusals or [unknown(everything, "motion model or generator", name)])[0]
