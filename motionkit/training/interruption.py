"""What can stop a training from outside: Ctrl-C, a polite kill, and the loss of a process that it needs."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from motionkit.interfaces import RunError
from motionkit.training.launch import launched

LOST = {
    "DataLoader worker": "a process that reads clips was killed; is there memory for it?",
    "gloo": "another process of this training has ended",
    "NCCL": "another process of this training has ended",
}
"""What torch says, all in the same type of error, when something is lost that a training can't do without."""


@contextmanager
def losses_told() -> Iterator[None]:
    """Turns what torch says when a process is lost into one line.

    Raises:
        RunError: another process of the training, or one that reads clips, was killed.
    """
    try:
        yield
    except RuntimeError as error:
        for sign, cause in LOST.items():
            if sign in str(error):
                raise RunError(f"{cause}; the last checkpoint is intact") from None
        raise


class Interruption:
    """Turns the first Ctrl-C or polite kill into a request to stop after this step; the second stops at once.

    So is the death of the process that started this one to train, torch's launcher or another Python, since nobody
    could tell it to stop any more. Signals reach the main thread alone; elsewhere, as in a worker of a cluster, that
    death is all there is to hear.
    """

    def __init__(self) -> None:
        self._signalled = False
        self._launcher = os.getppid() if launched() or multiprocessing.parent_process() else None

    @property
    def asked(self) -> bool:
        """Whether the training should stop after this step."""
        return self._signalled or self._launcher not in (None, os.getppid())

    def __enter__(self) -> "Interruption":
        heard = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
        self._before = {number: signal.signal(number, self._ask) for number in heard}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._signalled:
            raise KeyboardInterrupt
        self._signalled = True
