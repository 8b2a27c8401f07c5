"""A session: this process trains an experiment in its run folder until the budget is spent or somebody stops it."""

import warnings
from contextlib import nullcontext
from typing import NamedTuple

import torch
from accelerate import Accelerator

from motionkit.io.run import CLIPS, RunFolder
from motionkit.surroundings import without
from motionkit.training.allocation import keep_freed_memory
from motionkit.training.experiment import Experiment
from motionkit.training.launch import foreign
from motionkit.training.loop import Budget, Training
from motionkit.training.tracking import chosen, tracking


class Stop(NamedTuple):
    """Where a training was stopped, and saved."""

    stage: str
    steps: int


def accelerator_for(precision: str) -> Accelerator:
    """Devices and number format: ``32`` or ``bf16-mixed``; a GPU where there is one, the CPU elsewhere."""
    with without(*foreign()):
        return Accelerator(
            # Accelerate finds a GPU by itself; asked to use the CPU it also finds several CPU processes.
            cpu=not torch.cuda.is_available(),
            mixed_precision="bf16" if precision == "bf16-mixed" else "no",
        )


def train_in(run: RunFolder, experiment: Experiment, accelerator: Accelerator) -> Stop | None:
    """Train the stages of an experiment, one after the other, each from where its run folder has it.

    Args:
        run: made for the experiment; its document says the budget of each stage, where that of no steps and no minutes
            means the steps in the stage's settings.
        experiment: what is trained.
        accelerator: its main process writes the run folder.

    Returns:
        Where Ctrl-C or a polite kill stopped it, or None if the budget is spent.

    Raises:
        NonFiniteError: a loss or a weight became infinite or NaN; the checkpoint before it is intact.
        DataError: a clip can't be read.
        RunError: the run folder is damaged, or another process of the training was killed.
        ConfigError: a tracker of the run is not installed, or does not start.
        BusyError: another training is going on in the run folder.
    """
    budget = Budget.of(run)
    trackers = chosen(run) if accelerator.is_main_process else ()
    keep_freed_memory()
    with run.held() if accelerator.is_main_process else nullcontext():
        dataset = experiment.dataset()
        if accelerator.is_main_process:
            run.write_document()
            if dataset.digest != run.document.get(CLIPS):
                warnings.warn(f"the data of {run.path} hold other clips now than when it was made", stacklevel=2)
        for name in experiment.stages:
            stage = experiment.stage(name, dataset.skeleton)
            training = Training(stage, dataset, run, experiment.seed, experiment.loop, accelerator)
            asked = Budget(stage.config.steps, None) if budget == Budget(None, None) else budget
            with tracking(trackers, run, name, training.steps, experiment.settings) as followed:
                if not training.train(asked, followed):
                    return Stop(name, training.steps)
        accelerator.end_training()
    return None


def check(experiment: Experiment, devices: int = 1) -> dict[str, object]:
    """Make the data and the networks once, to see that they can be made and go together.

    Returns:
        What run.json says of the experiment, without a budget.

    Raises:
        ConfigError, DataError: they can't.
    """
    dataset = experiment.dataset()
    for name in experiment.stages:
        stage = experiment.stage(name, dataset.skeleton)
        stage.check_share(devices)
        for phase in stage.objective.phases:
            stage.windows(dataset, experiment.seed, phase)
    return experiment.document(dataset)
