"""What ``motionkit train`` does."""

import itertools
import logging
import os
import sys
import warnings
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from motionkit.cli.settings_file import choice_of, whole_generator
from motionkit.config import merge, parse_assignments, read_config_file
from motionkit.interfaces import ConfigError, MotionkitError
from motionkit.io.run import RunFolder
from motionkit.training import tracking
from motionkit.training.experiment import Experiment
from motionkit.training.launch import launched, processes, rank
from motionkit.training.loop import Budget
from motionkit.training.origin import first_states, inherited
from motionkit.training.sections import TRAINED
from motionkit.training.session import accelerator_for, check, train_in
from motionkit.training.settings_file import settings_file

CHANGEABLE = {"resume", "data", "steps", "minutes", "devices", "dry_run", "trackers"}
PARTS = {
    *("motion", "motion_discriminator", "motion_encoder", "motion_objective"),
    *("renderer", "video_discriminator", "appearance_encoder", "render_objective"),
}
"""Options that name the parts of a generator in two stages."""


def start(
    context: click.Context,
    stage: str,
    preset: str,
    steps: int | None,
    minutes: float | None,
    out: Path | None,
    resume: Path | None,
    origin: str | None,
    seed: int,
    devices: int,
    precision: str,
    compiled: bool,
    dry_run: bool,
    trackers: tuple[str, ...],
    config: Path | None,
    override: tuple[str, ...],
    generator: str | None,
    data: str | None,
    **parts: str | None,
) -> None:
    """Settle the experiment, make or open its run folder, and train; all but the context is what the user said.

    Raises:
        MotionkitError: the options don't go together, or the experiment can't be trained.
    """
    budget: dict[str, Any] = {"steps": steps, "minutes": minutes}
    tracking.check(trackers)
    alone = not launched()  # neither by torchrun, nor by ourselves below
    if alone and os.environ.get("WORLD_SIZE", "1") not in ("", "1"):
        warnings.warn("WORLD_SIZE is set, but not by torchrun, and is ignored; see --devices", stacklevel=2)
    devices = devices if alone else processes()
    if resume is not None:
        settled = context.params.keys() - CHANGEABLE
        _refuse(context, settled, "a resumed run keeps its settings, so {} can't go with --resume")
        run = RunFolder.open(resume)
        experiment = Experiment.of(run)
        if data is not None:
            experiment = experiment.moved(data, run)
        if devices > 1 and alone:
            check(experiment, devices)
    else:
        override += ("loop.compile=true",) * compiled
        written, said = read_config_file(config) if config else {}, parse_assignments(override)
        settings = merge(written, said)
        choice = choice_of(context, settings.pop("training", {}))
        written, said = ({name: it for name, it in told.items() if name != "training"} for told in (written, said))
        stages, budget = TRAINED.get(choice.stage, ("video",)), {"steps": choice.steps, "minutes": choice.minutes}
        if choice.stage == "video" and generator is None:
            generator = whole_generator(settings)
        names = {section: name for section, name in {"data": data, **parts}.items() if name is not None}
        if generator is not None:
            _refuse(context, PARTS | {"stage"}, "{} can't go with --generator, which brings all its parts")
            stages, names["generator"] = ("video",), generator
        source = None if origin is None else RunFolder.open(origin)
        if source is not None:
            if generator is None and "stage" not in choice.model_fields_set:
                stages = Experiment.of(source).stages
            names, settings = inherited(source, stages, names, settings)
        experiment = Experiment.settle(stages, names, preset, settings, choice.seed, choice.precision)
        if unused := experiment.unused(said):
            raise ConfigError(f"{unused[0]} is no part of this training, which has: {', '.join(experiment.sections)}")
        if unused := experiment.unused(written):
            warnings.warn(f"{config} sets what is no part of this training: {', '.join(unused)}", stacklevel=2)
        if dry_run:
            check(experiment, devices)
        else:
            run = _create(experiment, out or _free_name(experiment), budget, devices, source, origin)
    if dry_run:
        spend = Budget(**budget) if resume is None or steps or minutes else Budget.of(run)
        click.echo(settings_file(experiment, spend), nl=False)
        return
    if steps is not None or minutes is not None:
        run.document["budget"] = budget
    if trackers:
        run.document[tracking.ENTRY] = list(trackers)
    if devices > 1 and alone:
        with run.held():
            run.write_document()
        _launch(run.path, devices)
    else:
        _train(experiment, run)


def _train(experiment: Experiment, run: RunFolder) -> None:
    accelerator = accelerator_for(experiment.precision)
    stop = train_in(run, experiment, accelerator)
    if stop is None and accelerator.is_main_process:
        click.echo(f"trained: {run.path}\nnext:    motionkit generate {run.path}")
    if stop is not None:
        if accelerator.is_main_process:
            click.echo(
                f"motionkit: stopped and saved at step {stop.steps} of stage {stop.stage}; "
                f"continue with: motionkit train --resume {run.path}",
                err=True,
            )
        sys.exit(130)


def _create(
    experiment: Experiment,
    path: Path,
    budget: dict[str, Any],
    devices: int,
    source: RunFolder | None,
    origin: str | None,
) -> RunFolder:
    """Make the run folder, but only of an experiment that can be; with the weights that it starts from, if any."""
    document = {**check(experiment, devices), "budget": budget}
    states = {}
    if source is not None:
        document["origin"] = {"run": origin, "fingerprint": source.fingerprint}
        states = first_states(experiment, source)
    if rank() != 0:  # it waits for the first process before it reads the folder
        return RunFolder.planned(path, document)
    run = RunFolder.create(path, document)
    for stage, state in states.items():
        run.save_state(stage, state)
    return run


def _refuse(context: click.Context, options: set[str], message: str) -> None:
    """Raises ConfigError where one of the options was given."""
    given = [
        param.opts[-1]
        for param in context.command.params
        if param.name in options and context.get_parameter_source(str(param.name)) != ParameterSource.DEFAULT
    ]
    if given:
        raise ConfigError(message.format(", ".join(given)))


def _free_name(experiment: Experiment) -> Path:
    """The first free folder such as runs/ode-compose-actions, then -2, -3 and so on."""
    chosen = [experiment.generator(stage) for stage in experiment.stages] + [experiment.components["data"]]
    stem = "-".join(Path(choice.config.get("path", choice.name)).name for choice in chosen).replace(":", "-")
    candidates = (Path("runs") / (stem if n == 1 else f"{stem}-{n}") for n in itertools.count(1))
    return next(path for path in candidates if not path.exists())


def _launch(run: Path, devices: int) -> None:
    """Train in several processes on this machine, through torch's own launcher."""
    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=devices,
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        run_id=run.name,
        max_restarts=0,
    )
    logging.disable(logging.ERROR)  # the launcher's log: what matters, the processes say or it raises
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // devices)))
    try:
        elastic_launch(config, sys.executable)("-m", "motionkit", "train", "--resume", str(run))
    except SignalException:  # passed on to the processes, which saved and said so
        sys.exit(130)
    except ChildFailedError as error:
        rank, failure = error.get_first_failure()
        if failure.exitcode > 0:  # it has told why
            sys.exit(failure.exitcode)
        raise MotionkitError(f"process {rank} of {devices} was ended by signal {-failure.exitcode}") from None
