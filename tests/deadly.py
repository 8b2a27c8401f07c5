"""A detector, and a training, that kill the process they work in; where other processes can import them."""

import os
import signal
import time
from functools import partialmethod

from motionkit.bench.side_by_side import train_one
from motionkit.detectors.sidecar import SidecarDetector
from motionkit.training.loop import Budget, Training


class Deadly(SidecarDetector):
    """A video's name says what it does: ``deadly`` kills, ``once`` kills the first time, ``slow`` takes a minute."""

    def detect(self, frames, source):
        before = source.with_suffix(".killed")
        if "deadly" in source.stem or ("once" in source.stem and not before.exists()):
            before.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if "slow" in source.stem:
            time.sleep(60)
        return super().detect(frames, source)


def train_or_die(task):
    """Trains a trial; the process of one is killed when it has saved three steps, and who goes on notes where."""
    Training.train = partialmethod(_train_or_die, task.place.folder / "killed")
    return train_one(task)


def _train_or_die(training, killed, budget, *others):
    if training.run.path.name == "motion-ode-seed0":
        if killed.exists():
            killed.write_text(f"gone on with at step {training.steps}")
        else:
            train(training, Budget(3, None), *others)
            killed.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return train(training, budget, *others)


train = Training.train
