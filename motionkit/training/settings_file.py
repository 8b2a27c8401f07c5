"""A training as a file of settings: what ``--dry-run`` prints, ``--config`` takes, and the card of a run holds."""

from typing import Any, Literal

import yaml
from pydantic import Field

from motionkit.interfaces import ComponentConfig
from motionkit.training.experiment import Experiment
from motionkit.training.loop import Budget
from motionkit.training.sections import STAGES, TRAINED

HEAD = "# motionkit train --config FILE trains this; --out, --from, --devices and --track are no settings.\n"


class TrainingChoice(ComponentConfig):
    """The section ``training``: what belongs to no part. An option of the command line goes before it."""

    stage: Literal["motion", "render", "both", "video"] = Field(
        "both", description="what is trained; video is a whole generator's one stage"
    )
    seed: int = Field(0, ge=0, description="of everything random")
    precision: Literal["32", "bf16-mixed"] = Field("32", description="number format of the networks")
    steps: int | None = Field(None, ge=1, description="of each stage, before what its objective says")
    minutes: float | None = Field(None, gt=0, description="of each stage")


class _Dumper(yaml.SafeDumper):
    """Sections are blocks, lists and settings within settings stand on one line."""


_Dumper.add_representer(
    list, lambda dumper, values: dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=True)
)


def settings_file(experiment: Experiment, budget: Budget) -> str:
    """Every setting of a training as YAML, by section; settled anew, it is the same training.

    Args:
        experiment: what is trained.
        budget: of each of its stages.
    """
    stage = next((name for name, stages in TRAINED.items() if stages == experiment.stages), experiment.stages[0])
    said = {"stage": stage, "seed": experiment.seed, "precision": experiment.precision, **budget._asdict()}
    choice = TrainingChoice.model_validate(said)
    document: dict[str, Any] = {"training": choice.model_dump(mode="json")}
    brought = {f"{name}_objective" for name, parts in STAGES.items() if parts.discriminator is None}
    for section in experiment.sections:
        if section == "loop":
            document[section] = experiment.loop.model_dump(mode="json")
        else:
            ref = experiment.components[section]
            document[section] = ({} if section in brought else {"name": ref.name}) | ref.config
    return HEAD + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
