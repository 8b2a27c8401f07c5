"""One thread that draws, for everybody, what is most urgent first; what nobody waits for any more is not begun."""

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

Result = TypeVar("Result")

SEEN, AHEAD, LATER = 0, 1, 2
"""What somebody looks at now; what they will look at next; files that they will fetch."""


@dataclass(order=True)
class _Job:
    urgency: int
    number: int
    work: Callable[[], Any] = field(compare=False)
    done: "asyncio.Future[Any]" = field(compare=False)
    loop: asyncio.AbstractEventLoop = field(compare=False)


class DrawingThread:
    """Runs short pieces of work one after the other, so that several people share the processor fairly.

    Longer work is cut by whoever asks for it: a clip is made piece by piece, and a frame that somebody looks at comes
    between two of them.
    """

    def __init__(self) -> None:
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._numbers, self._closed = itertools.count(), False
        self._thread = threading.Thread(target=self._work, name="drawing", daemon=True)
        self._thread.start()

    async def do(self, work: Callable[[], Result], urgency: int = SEEN) -> Result:
        """The result of the work, or whatever it raises; cancelled before it began, it is never begun."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()
        self._jobs.put(_Job(urgency, next(self._numbers), work, done, loop))
        return await done

    def close(self) -> None:
        """End the thread when what it draws now is done; what waits is never begun."""
        self._closed = True
        self._jobs.put(_Job(SEEN - 1, 0, lambda: None, asyncio.Future(), asyncio.get_running_loop()))
        self._thread.join()

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            if self._closed:
                return
            if job.done.cancelled():
                continue
            try:
                result, error = job.work(), None
            except BaseException as raised:
                result, error = None, raised
            try:
                job.loop.call_soon_threadsafe(_settle, job.done, result, error)
            except RuntimeError:  # the server ended meanwhile
                return
            del job, result, error  # nothing is held while the next is waited for


def _settle(done: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if done.cancelled():
        return
    if error is None:
        done.set_result(result)
    elif isinstance(error, Exception):
        done.set_exception(error)
    else:
        done.set_exception(RuntimeError(str(error)))
