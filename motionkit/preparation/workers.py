"""Who does the work: this process, worker processes of this machine (joblib's loky), or a Dask cluster."""

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from joblib.externals.loky import ProcessPoolExecutor

from motionkit.interfaces import ConfigError, DataError

Task = TypeVar("Task")
Result = TypeVar("Result")

SECONDS_TO_ANSWER = 10
"""How long a scheduler may take to answer."""


@dataclass(frozen=True)
class Workers:
    """So many worker processes, or the cluster of the Dask scheduler at that address; the default is no other process.

    joblib's own Dask backend is not used: its ``Parallel`` waits for ever for a task whose worker was killed.
    """

    count: int = 1
    scheduler: str = ""

    @property
    def here(self) -> bool:
        """Whether this process does the work itself."""
        return self.count == 1 and not self.scheduler

    def each(
        self, work: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Generator[tuple[Task, Result | None], None, None]:
        """Each task with its result as soon as it is done, in any order; None where its worker was killed twice.

        Close it to stop the workers at once. What ``work`` raises is raised here.

        Args:
            work: can be pickled; what it returns is never empty.
            tasks: can be pickled.

        Raises:
            ConfigError: Dask is not installed, or no scheduler with workers answers.
            DataError: the scheduler was lost.
        """
        return _on_cluster(self.scheduler, work, tasks) if self.scheduler else _in_processes(self.count, work, tasks)


HERE = Workers()


def _in_processes(
    count: int, work: Callable[[Task], Result], tasks: Iterable[Task]
) -> Generator[tuple[Task, Result | None], None, None]:
    waiting = deque(tasks)
    while waiting:
        suspects: list[Task] = []
        with _processes(count) as pool:
            for task, result in _finished(pool, work, waiting, count + 1, BrokenExecutor):
                if result is None:
                    suspects.append(task)
                else:
                    yield task, result
        # A killed worker takes its whole pool along. Which task is at fault shows when each has a pool of its own.
        for task in suspects:
            yield task, _alone(work, task) or _alone(work, task)


def _alone(work: Callable[[Task], Result], task: Task) -> Result | None:
    with _processes(1) as pool:
        return next(_finished(pool, work, deque([task]), 1, BrokenExecutor))[1]


def _on_cluster(
    address: str, work: Callable[[Task], Result], tasks: Iterable[Task]
) -> Generator[tuple[Task, Result | None], None, None]:
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        raise ConfigError("--scheduler needs Dask: pip install 'motionkit[dask]'") from error
    try:
        client = Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{address}: no Dask scheduler answers there, such as tcp://10.0.0.1:8786") from error
    with client:
        threads = sum(client.nthreads().values())
        if threads == 0:
            raise ConfigError(f"{address}: that Dask scheduler has no workers; start some: dask worker {address}")
        pool = client.get_executor(pure=False, retries=0)
        try:
            yield from _finished(pool, work, deque(tasks), 2 * threads, KilledWorker)
        except CancelledError as error:
            raise DataError(f"{address}: the Dask scheduler was lost; the same command goes on from here") from error
        finally:
            pool.shutdown(wait=False)


def _finished(
    pool: Executor, work: Callable[[Task], Result], waiting: deque[Task], ahead: int, killed: type[Exception]
) -> Generator[tuple[Task, Result | None], None, None]:
    """Takes from ``waiting`` until it is empty or the pool is broken; at most ``ahead`` tasks are under way."""
    running: dict[Future[Result], Task] = {}
    broken = False
    while running or (waiting and not broken):
        while waiting and not broken and len(running) < ahead:
            try:
                running[_submitted(pool, work, waiting[0])] = waiting[0]
                waiting.popleft()
            except BrokenExecutor:
                broken = True
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            task = running.pop(future)
            try:
                result: Result | None = future.result()
            except killed:
                result, broken = None, broken or killed is BrokenExecutor
            yield task, result


def _submitted(pool: Executor, work: Callable[[Task], Result], task: Task) -> "Future[Result]":
    """Processes that are started here never see Ctrl-C, which a terminal sends to all: this process ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where they see to it themselves, a moment later
        return pool.submit(work, task)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(work, task)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ignore_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _processes(count: int) -> Iterator[Any]:
    """A pool that is gone afterwards; its processes share the machine's cores among their libraries' threads."""
    threads = str(max(1, (os.cpu_count() or 1) // count))
    env = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
    pool = ProcessPoolExecutor(max_workers=count, env=env, initializer=_ignore_ctrl_c)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=True, kill_workers=True)
        raise
    pool.shutdown(wait=True)
