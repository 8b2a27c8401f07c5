"""Who does the work: this process, worker processes of this machine (joblib's loky), or a Dask cluster."""

import os
import signal
import threading
import warnings
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from joblib.externals.loky import ProcessPoolExecutor

from motionkit.interfaces import ConfigError, DataError

Task = TypeVar("Task")
Result = TypeVar("Result")

TIMES = 2
"""How often a task is done whose worker was killed, before it is given up."""

KILLED = "its worker was killed twice; is there memory for it?"

SECONDS_TO_ANSWER = 10
"""How long a scheduler may take to answer."""

SECONDS_TO_HEAR = 0.1
"""How long Ctrl-C may go unheard: a wait does not end by it where another thread, or Windows, received it."""


@dataclass(frozen=True)
class Workers:
    """So many worker processes, or the cluster of the Dask scheduler at that address; the default is no other process.

    joblib's own Dask backend is not used: its ``Parallel`` waits for ever for a task whose worker was killed.

    Raises:
        ConfigError: both are asked for.
    """

    count: int = 1
    scheduler: str = ""

    def __post_init__(self) -> None:
        if self.scheduler and self.count > 1:
            raise ConfigError("--scheduler brings the workers of its cluster; leave out --workers")

    @property
    def here(self) -> bool:
        """Whether this process does the work itself."""
        return self.count == 1 and not self.scheduler

    def each(
        self, work: Callable[[Task], Result], tasks: Iterable[Task]
    ) -> Generator[tuple[Task, Result | None], None, None]:
        """Each task with its result as soon as it is done, in any order; None where its worker was killed twice.

        A killed worker costs its own task a second try, and no other task anything.

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
    """Each worker is a pool of its own, because a killed worker takes its whole pool along."""
    waiting = deque((task, 1) for task in tasks)
    pools = [_process(count) for _ in range(min(count, len(waiting)))]
    idle = list(pools)
    running: dict[Future[Result], tuple[Any, Task, int]] = {}
    kill = True
    try:
        while waiting or running:
            while waiting and idle:
                pool = idle.pop()
                task, times = waiting.popleft()
                running[_submitted(pool, work, task)] = (pool, task, times)
            for future in _done(running):
                pool, task, times = running[future]
                try:
                    result: Result | None = future.result()
                except BrokenExecutor:
                    pools.remove(pool)
                    pools.append(pool := _process(count))
                    result = None
                del running[future]
                idle.append(pool)
                if result is None and times < TIMES:
                    waiting.appendleft((task, times + 1))
                else:
                    yield task, result
        kill = False
    finally:
        with _ctrl_c_later(), ThreadPoolExecutor(max(1, len(pools))) as threads:  # all are told before one is awaited
            list(threads.map(lambda pool: pool.shutdown(wait=True, kill_workers=kill), pools))


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
    """At most ``ahead`` tasks are under way."""
    running: dict[Future[Result], Task] = {}
    while running or waiting:
        while waiting and len(running) < ahead:
            task = waiting.popleft()
            running[pool.submit(work, task)] = task
        for future in _done(running):
            task = running.pop(future)
            try:
                result: Result | None = future.result()
            except killed:
                result = None
            yield task, result


def _done(running: "Collection[Future[Result]]") -> "set[Future[Result]]":
    """Those that are done, as soon as one is, or none at Ctrl-C, which is raised when this has returned."""
    done: set[Future[Result]] = set()
    with _ctrl_c_later() as asked:
        while not done and not asked():
            done = wait(running, SECONDS_TO_HEAR, FIRST_COMPLETED).done
    return done


@contextmanager
def _ctrl_c_later() -> Iterator[Callable[[], bool]]:
    """Raises Ctrl-C, and a kill that ends like it, behind the block and not in the midst of it.

    There a lock would stay taken that a pool's threads wait for. Python raises it in the main thread alone.
    """
    asked: list[int] = []
    numbers = [
        number
        for number in (signal.SIGINT, signal.SIGTERM)
        if threading.current_thread() is threading.main_thread()
        and signal.getsignal(number) is signal.default_int_handler
    ]
    for number in numbers:
        signal.signal(number, lambda number, _: asked.append(number))
    try:
        yield lambda: bool(asked)
    finally:
        for number in numbers:
            signal.signal(number, signal.default_int_handler)
    if asked:
        raise KeyboardInterrupt


def _submitted(pool: Executor, work: Callable[[Task], Result], task: Task) -> "Future[Result]":
    """Processes that are started here never see Ctrl-C, which a terminal sends to all: this process ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where they see to it themselves, a moment later
        return pool.submit(work, task)
    with _ctrl_c_later():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return pool.submit(work, task)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ignore_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _process(count: int) -> Any:
    """A pool of one process, one of so many that share the machine's cores among their libraries' threads.

    Where the environment asks for fewer threads than its share, it gets those.
    """
    share = max(1, (os.cpu_count() or 1) // count)
    asked = {name: os.environ.get(name, "") for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    env = {name: str(min(share, int(it)) if it.isdecimal() and int(it) else share) for name, it in asked.items()}
    # A process that grew, as a training's does, makes way for a new one between two tasks, and loses nothing.
    warnings.filterwarnings("ignore", "A worker stopped while some jobs were given", UserWarning)
    return ProcessPoolExecutor(max_workers=1, env=env, initializer=_ignore_ctrl_c)
