"""The training loop: the same for every stage, resumable at any moment, on one device or many."""

import itertools
import math
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

import torch
from accelerate import Accelerator
from pydantic import Field, TypeAdapter, ValidationError
from torch import Tensor, nn

from motionkit.interfaces import ClipDataset, Clips, ComponentConfig, NonFiniteError, RunError
from motionkit.interfaces.seeding import seeded
from motionkit.io.run import SAMPLES, RunFolder
from motionkit.pictures.picture import save_png
from motionkit.pictures.sheets import compare
from motionkit.training.batches import shared_batches
from motionkit.training.checkpoint import Spent, average_of, restore, state_of
from motionkit.training.interruption import Interruption, losses_told
from motionkit.training.progress import StageProgress
from motionkit.training.stage import Stage
from motionkit.training.tracking import Tracking
from motionkit.windows import collate


class LoopConfig(ComponentConfig):
    """How the loop works, and how often it looks up from it; none of it changes what is learnt but for rounding."""

    checkpoint_every: int = Field(250, ge=1, description="steps between two checkpoints, each with a sample picture")
    log_every: int = Field(10, ge=1, description="steps between two points of the curves")
    compile: bool = Field(False, description="let torch.compile compile what draws")
    workers: int = Field(1, ge=0, description="processes that read or draw clips ahead of the training")


class Budget(NamedTuple):
    """When a stage ends: after so many steps or minutes of training in all, whichever comes first."""

    steps: int | None
    minutes: float | None

    @classmethod
    def of(cls, run: RunFolder) -> "Budget":
        """What was last asked of a run.

        Raises:
            RunError: its run.json does not say.
        """
        try:
            return TypeAdapter(cls).validate_python(run.document["budget"])
        except (KeyError, ValidationError):
            raise RunError(f"{run.path / 'run.json'} does not describe its budget of steps or minutes") from None

    def spent(self, step: int, seconds: float) -> bool:
        """Whether a stage that has trained this long is done."""
        return (self.steps is not None and step >= self.steps) or (
            self.minutes is not None and seconds >= 60 * self.minutes
        )


FIRST_PICTURE = 15
"""Seconds after which a session saves for the first time, so that people soon see something."""

CALIBRATION_BATCHES = 8
"""Batches that running statistics are re-estimated on before weights are saved: a few hundred frames or more."""


class Training:
    """One stage's training in a run folder.

    Everything random in a step is a function of the seed, the stage, the step and the device's rank. So the state that
    is saved holds weights and optimisers alone, and a run that was killed ends with the very weights of one that was
    not (on the same machine, CPU, devices and threads).

    Args:
        stage: fresh; its state is read from the run folder where there is one.
        dataset: the clips to learn from.
        run: where checkpoints, curves and pictures go.
        seed: of the run.
        config: of the loop.
        accelerator: devices and precision.
    """

    def __init__(
        self,
        stage: Stage,
        dataset: ClipDataset,
        run: RunFolder,
        seed: int,
        config: LoopConfig,
        accelerator: Accelerator,
    ) -> None:
        self.stage, self.run, self.seed, self.config, self.accelerator = stage, run, seed, config, accelerator
        stage.prepare(accelerator)
        if config.compile:
            stage.compile()
        self.skeleton = dataset.skeleton
        self.windows = {phase: stage.windows(dataset, seed, phase) for phase in stage.objective.phases}
        self.average = average_of(stage)
        self.steps, self.seconds = 0, 0.0
        if (state := run.load_state(stage.name)) is not None:
            self._restore(state)

    def train(self, budget: Budget, tracking: Tracking) -> bool:
        """Train until the budget is spent, or until Ctrl-C asks to stop; then save.

        Args:
            budget: of the stage.
            tracking: where curves and pictures go.

        Returns:
            True if the budget is spent, False if the training was interrupted.

        Raises:
            NonFiniteError: a loss or a weight became infinite or NaN; the checkpoint before it is intact.
            DataError: a clip can't be read.
            RunError: another process of the training was killed.
        """
        with (
            self._threads(),
            losses_told(),
            Interruption() as interruption,
            closing(self._batches()) as batches,
            StageProgress(self.stage.name, budget.steps, self.stage.objective.meanings, self.accelerator) as progress,
        ):
            stopped, before, saved = False, self.seconds, -1
            started = time.monotonic()
            while not stopped and not self._agree(budget.spent(self.steps, self.seconds)):
                rng = seeded(self.seed, self.stage.name, self.steps, self.accelerator.process_index)
                scalars = self.stage.step(next(batches), rng, self.steps)
                self.average.update_parameters(self.stage.objective.learners)
                self.steps += 1
                self.seconds = before + time.monotonic() - started
                stopped = self._agree(interruption.asked)
                if self.steps % self.config.log_every == 0 or not progress.losses:
                    self._log(tracking, progress, scalars)
                progress.advance(self.steps)
                early = saved < 0 and self._agree(self.seconds - before > FIRST_PICTURE)
                if early or self.steps % self.config.checkpoint_every == 0:
                    self.save()
                    self._show(tracking)
                    progress.note(self.steps, self._picture if saved < 0 else None)
                    saved = self.steps
            if saved != self.steps:
                self.save()
                self._show(tracking)
        return not stopped

    def save(self) -> None:
        """Write a checkpoint: the state to go on from, the averaged weights, and a picture of what they make.

        Raises:
            NonFiniteError: a weight is infinite or NaN; nothing is written.
        """
        if not all(bool(weight.isfinite().all()) for weight in self.stage.objective.parameters()):
            raise self._not_finite("its weights")
        stage = self.stage
        memory = stage.memory()
        if self.accelerator.is_main_process:
            self._export()
            # Last, because it says how far the training is: whoever finds it spent finds weights of that step too.
            spent = Spent(self.steps, self.seconds)
            self.run.save_state(stage.name, state_of(stage, self.average, spent, memory))
        self.accelerator.wait_for_everyone()

    @torch.no_grad()
    def _export(self) -> None:
        """Write the averaged weights, fit for use, and a picture of what they make."""
        stage, learners = self.stage, cast(nn.ModuleDict, self.average.module)
        phase = stage.objective.phases[-1]
        numbers = torch.arange(CALIBRATION_BATCHES * phase.batch).split(phase.batch)
        groups = [[self.windows[phase][int(number)] for number in group] for group in numbers]
        batches = [collate(group).to(self.accelerator.device) for group in groups]
        with stage.learners(learners):
            stage.calibrate(batches, seeded(self.seed, stage.name, "calibration"))
            for role, learner in learners.items():
                self.run.save_weights(role, learner.state_dict(), self.steps)
            learners.eval()
            few = batches[0][:4]
            samples = stage.objective.samples(few, seeded(self.seed, stage.name, "preview"))
            learners.train()
        picture = compare({"real": few, **samples}, self.skeleton)
        save_png(self._picture, picture)

    @property
    def _picture(self) -> Path:
        """Where the picture of the latest checkpoint is."""
        return self.run.folder(SAMPLES) / f"{self.stage.name}-{self.steps:06d}.png"

    def _restore(self, state: dict[str, Any]) -> None:
        try:
            self.steps, self.seconds = restore(state, self.stage, self.average)
        except ValueError:
            raise RunError(
                f"{self.run.path / self.stage.name}.state.pt does not fit the {self.stage.name} stage as run.json "
                f"describes it; was it exchanged, or made by another version?"
            ) from None

    def _batches(self) -> Generator[Clips, None, None]:
        """This device's share of every batch from the next step on, phase by phase, without end."""
        step: int | None = self.steps
        while step is not None:
            phase, end = self.stage.phase(step)
            shares = shared_batches(self.windows[phase], phase.batch, step, self.accelerator, self.config.workers)
            with closing(shares) as batches:
                yield from itertools.islice(batches, None if end is None else end - step)
            step = end

    @contextmanager
    def _threads(self) -> Iterator[None]:
        before = torch.get_num_threads()
        torch.set_num_threads(min(before, self.stage.cpu_threads or before))
        try:
            yield
        finally:
            torch.set_num_threads(before)

    def _agree(self, flag: bool) -> bool:
        """True on all devices if it is on one, so that all take the same number of steps."""
        if self.accelerator.num_processes == 1:
            return flag
        flags: Tensor = self.accelerator.gather(torch.tensor([flag], device=self.accelerator.device))
        return bool(flags.any())

    def _log(self, tracking: Tracking, progress: StageProgress, scalars: dict[str, Tensor]) -> None:
        values = {name: float(value) for name, value in scalars.items()}
        if not all(map(math.isfinite, values.values())):
            raise self._not_finite(str(values))
        progress.show(values)
        nfe = getattr(self.stage.objective.generator, "nfe", None)
        curves = values if nfe is None else values | {"field_evaluations": float(nfe)}
        tracking.log({f"{self.stage.name}/{name}": value for name, value in curves.items()}, self.steps)

    def _show(self, tracking: Tracking) -> None:
        """Give the trackers the picture of the checkpoint that was just saved."""
        tracking.picture(f"{self.stage.name}/samples", self._picture, self.steps)

    def _not_finite(self, what: str) -> NonFiniteError:
        return NonFiniteError(
            f"the {self.stage.name} stage became infinite or NaN at step {self.steps} ({what}); "
            f"the checkpoint before it is intact; start anew with lower rates, such as "
            f"-o {self.stage.name}_objective.generator_rate={self.stage.config.generator_rate / 2:g}"
        )
