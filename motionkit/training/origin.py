"""Fine-tuning: a new run that starts from the weights of another, its origin."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from motionkit.assembly import ComponentRef
from motionkit.config import merge
from motionkit.interfaces import RunError, Skeleton
from motionkit.io.run import RunFolder
from motionkit.registry import find, staged
from motionkit.training.checkpoint import fresh_state
from motionkit.training.experiment import Experiment
from motionkit.training.sections import STAGES


def inherited(
    origin: RunFolder, stages: tuple[str, ...], names: Mapping[str, str], settings: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, Any]]:
    """The names and settings of a run that starts from another: the other's, but for what a user said.

    Critics and objectives may be others than the origin's, since a game can go on against new ones.

    Args:
        origin: the other run.
        stages: that are trained.
        names: component name by section, as the user said; ``data`` is the origin's if it is not there.
        settings: by section, as the user said.

    Raises:
        RunError: the origin did not train what is wanted, or trained another component there.
    """
    components, found_names, found = Experiment.of(origin).components, dict(names), dict(settings)
    fixed = {section for stage in stages for section in (STAGES[stage].generator, STAGES[stage].encoder)}
    sections: dict[str, str | None] = {} if "data" in names else {"data": None}
    for stage in stages:
        parts = STAGES[stage]
        if parts.generator not in components:
            raise RunError(f"{origin.path} trained no {parts.generator}, so nothing can start from it")
        sections |= {section: stage for section in (*_sections(stage), f"{stage}_objective") if section in components}
    for section, played in sections.items():
        ref, told = components[section], dict(settings.get(section, {}))
        name = told.pop("name", names.get(section))
        if name is None or _same(ref, staged(ref.group, name, played) if played else name):
            found_names[section], found[section] = ref.name, merge(ref.config, told)
        elif section in fixed:
            raise RunError(f"the {section} of {origin.path} is {ref.name}, so {name} can't start from its weights")
    return found_names, found


def first_states(experiment: Experiment, origin: RunFolder) -> dict[str, dict[str, Any]]:
    """The training state that each stage of an experiment begins with, by stage: the origin's weights, at step 0.

    Generators and encoders take the averaged weights. Critics take theirs where the origin still has its training
    state, which a pretrained run has not, and had the same critics.

    Raises:
        RunError: the weights do not fit, or the data have another skeleton.
    """
    components, skeleton = Experiment.of(origin).components, experiment.dataset().skeleton
    states = {}
    for name in experiment.stages:
        stage = experiment.stage(name, skeleton)
        for role, learner in stage.objective.learners.items():
            if role in components:
                _check_skeleton(origin, role, skeleton)
                _take(learner, origin.load_weights(role), origin, role)
        critics = STAGES[name].discriminator
        if (state := origin.load_state(name)) is not None and _same_critics(experiment, components, critics):
            weights = {
                key.removeprefix("critics."): value
                for key, value in state["objective"].items()
                if key.startswith("critics.")
            }
            _take(stage.objective.critics, weights, origin, critics or name)
        states[name] = fresh_state(stage)
    return states


def _sections(stage: str) -> list[str]:
    parts = STAGES[stage]
    return [it for it in (parts.generator, parts.discriminator, parts.encoder) if it is not None]


def _same(ref: ComponentRef, name: str) -> bool:
    """Whether a component's name means the one that was trained."""
    return find(ref.group, name) == find(ref.group, ref.name)


def _same_critics(experiment: Experiment, components: Mapping[str, ComponentRef], section: str | None) -> bool:
    """Whether the critics are of the same kind; a whole generator always brings the same."""
    return section is None or experiment.components[section].name == components[section].name


def _check_skeleton(origin: RunFolder, role: str, skeleton: Skeleton) -> None:
    known = origin.document["skeleton"]["name"]
    if role != "generator" and known != skeleton.name:
        raise RunError(
            f"{origin.path} learnt the keypoints of {known}, but those of the data are {skeleton.name}; "
            "start from a run of the same skeleton"
        )


def _take(network: nn.Module, weights: Mapping[str, Tensor], origin: RunFolder, section: str) -> None:
    try:
        network.load_state_dict(weights)
    except RuntimeError:
        raise RunError(
            f"the {section} that was set is of another size than that of {origin.path}, and can't start from its "
            f"weights; leave out the settings of {section} that change its size"
        ) from None
