"""Systems: what a benchmark compares, and the trainings that each takes."""

from typing import NamedTuple

from motionkit.interfaces import ConfigError, PluginError
from motionkit.io.pretrained import located, name_of
from motionkit.registry import find, plugins, unknown
from motionkit.training.sections import STAGES

ROLES = {stage: parts.generator for stage, parts in STAGES.items()}
"""The section of the component that each stage trains."""


class Trial(NamedTuple):
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

    def trials(self, seed: int) -> list[Trial]:
        """What has to be trained for it."""
        return [Trial(stage, component, seed) for stage, component in self.parts.items()]


class LeftOut(NamedTuple):
    """A system that was asked for and can't be had."""

    name: str
    reason: str


def two_stages(motion: str, renderer: str | None) -> System:
    """The system of a motion model and a renderer, or of a motion model alone."""
    if renderer is None:
        return System(motion, {"motion": motion})
    return System(f"{motion}+{renderer}", {"motion": motion, "render": renderer})


def existing_run(path: str) -> System:
    """The system in a run folder, or in a pretrained run."""
    folder = located(path).resolve()
    return System(name_of(path), {}, str(folder))


def baseline(called: str, renderer: str | None) -> System:
    """The system that a baseline's name means.

    Args:
        called: the name of a motion model or a whole generator. ``motion/NAME`` and ``generator/NAME`` say which is
            meant of two that share a name; otherwise a renderer makes it the generator, and none the motion model.
        renderer: of every motion model; None to compare keypoints alone.

    Raises:
        ConfigError: it can't be compared with the rest.
        PluginError: there is no such component, or it is broken.
    """
    kind, _, name = called.rpartition("/")
    groups = ("motion", "generator") if renderer is None else ("generator", "motion")
    if kind not in ("", *groups):
        raise ConfigError(f"{kind} can't be compared; write motion/{name}, generator/{name}, or {name} alone")
    refusals = []
    for group in (kind,) if kind else groups:
        try:
            find(group, name)
        except PluginError as error:
            refusals += [error] if any(name.endswith(plugin.name) for plugin in plugins(group)) else []
            continue
        if group == "motion":
            return two_stages(name, renderer)
        if renderer is None:
            raise ConfigError("a whole generator has no motion model of its own; compare it with --stage both")
        return System(name, {"video": name})
    everything = [*plugins("motion"), *plugins("generator")]
    raise (refusals or [PluginError(unknown(everything, "motion model or generator", name))])[0]
