"""Trials: the trainings of a benchmark, each in an ordinary run folder that is kept, gone on with, or refused."""

from pathlib import Path

from pydantic import BaseModel

from motionkit.bench.plan import Plan
from motionkit.bench.systems import Trial
from motionkit.interfaces import RunError
from motionkit.io.hold import contents
from motionkit.io.run import RunFolder
from motionkit.training.experiment import Experiment
from motionkit.training.loop import Budget
from motionkit.training.session import Stop, accelerator_for, check, train_in


class Trained(BaseModel, frozen=True):
    """How long a stage was trained, in its run folder."""

    run: str
    stage: str
    steps: int
    seconds: float


def trained(run: RunFolder) -> list[Trained]:
    """How long each stage of a run was trained; nothing of a run that came without its training states.

    Raises:
        RunError: the run is damaged.
    """
    states = {name: run.load_state(name) for name in run.document.get("stages", {})}
    return [
        Trained(run=run.path.name, stage=name, steps=state["steps"], seconds=state["seconds"])
        for name, state in states.items()
        if state is not None
    ]


def existing(plan: Plan, trial: Trial, path: Path) -> RunFolder | None:
    """The trial's run folder, or None if there is none yet.

    Raises:
        RunError: what is there is another experiment.
    """
    if not path.is_file() and not contents(path):  # no more than a process left that was killed at once
        return None
    run, wanted = RunFolder.open(path), plan.experiment(trial)
    made = Experiment.of(run)
    for name in ("components", "stages", "seed", "precision"):
        if _comparable(made, name) != _comparable(wanted, name):
            raise RunError(f"{path} is there already, but of another experiment: its {name} differ; move it away")
    return run


def _comparable(experiment: Experiment, name: str) -> object:
    """A field of an experiment without versions, of which others only earn a warning."""
    value = experiment.model_dump(mode="json")[name]
    return {role: {**choice, "version": ""} for role, choice in value.items()} if name == "components" else value


def train_trial(plan: Plan, trial: Trial, path: Path) -> Stop | None:
    """Train a trial until its budget is spent; what is there already is kept, and gone on with.

    Returns:
        Where the training was stopped by Ctrl-C or a polite kill, or None if the budget is spent.

    Raises:
        MotionkitError: it can't be trained.
    """
    budget = plan.budget(trial)
    run = existing(plan, trial, path)
    if run is None:
        document = check(plan.experiment(trial))
        run = RunFolder.create(path, {**document, "budget": budget._asdict()})
    experiment = Experiment.of(run)
    (stage,) = experiment.stages
    state = run.load_state(stage)
    least = Budget(experiment.config(stage).steps, None) if budget == Budget(None, None) else budget
    if state is not None and least.spent(state["steps"], state["seconds"]):
        run.tidy()
        return None
    run.document["budget"] = budget._asdict()
    return train_in(run, experiment, accelerator_for(experiment.precision))
