"""Batches for the training loop, read or drawn ahead of it by processes of their own."""

import itertools
import multiprocessing
import os
import signal
from collections.abc import Generator

from accelerate import Accelerator
from torch.utils.data import DataLoader, Dataset

from motionkit.interfaces import Clips, MotionkitError
from motionkit.windows import Batch, Windows


def shared_batches(
    windows: Windows, size: int, step: int, accelerator: Accelerator, workers: int
) -> Generator[Clips, None, None]:
    """A device's share of every batch, on the device, from that of ``step`` on, without end.

    Args:
        windows: that the batches are made of; batch number n holds those from n x size on.
        size: clips of a batch over all devices, which they share evenly.
        step: number of the first batch.
        accelerator: tells which share is whose, and where it goes.
        workers: processes that work ahead; 0 for none.

    Raises:
        DataError: a clip can't be read.
    """
    share = size // accelerator.num_processes
    # The workers of a cluster are daemons, which may have no processes of their own.
    ahead = 0 if multiprocessing.current_process().daemon else workers
    starts = itertools.count(step * size + accelerator.process_index * share, size)
    loader = DataLoader(
        _Batches(windows),
        batch_size=None,  # they are batches already
        sampler=(list(range(start, start + share)) for start in starts),
        num_workers=ahead,
        multiprocessing_context=_start_method() if ahead else None,
        worker_init_fn=_leave_terminal,
        pin_memory=accelerator.device.type == "cuda",  # which fetches it from there while it works
    )
    for batch in loader:
        if isinstance(batch, Exception):
            raise batch
        yield batch.clips(accelerator.device)


def _start_method() -> str | None:
    """As processes are started anyway; in loky's workers, whose way starts theirs alone, as the platform does."""
    usual = multiprocessing.get_all_start_methods()
    return None if multiprocessing.get_start_method(allow_none=True) in (None, *usual) else usual[0]


class _Batches(Dataset[Batch | Exception]):
    """Batches of the windows with the numbers asked for.

    What can't be read becomes an error to return: one that is raised would reach the training with a traceback in its
    message, because torch puts there where in which process it came from.
    """

    def __init__(self, windows: Windows) -> None:
        self.windows = windows

    def __getitem__(self, numbers: list[int]) -> Batch | Exception:
        try:
            return Batch.of([self.windows[number] for number in numbers])
        except (MotionkitError, OSError) as error:
            return error


def _leave_terminal(worker: int) -> None:
    """Let Ctrl-C and a scheduler's kill reach the training alone, which stops its workers when it has saved."""
    if hasattr(os, "setsid"):
        os.setsid()
    else:  # Windows, where Ctrl-C is all that a terminal sends to several processes
        signal.signal(signal.SIGINT, signal.SIG_IGN)
