"""The noise of real people, found once for all who wait for it, in a thread beside the one that draws."""

import asyncio
import copy
import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import NamedTuple

import motionkit
from motionkit.interfaces import Clips, VideoGenerator
from motionkit.studio.memory import Kept
from motionkit.studio.sources import Stopped

CODES = 16
"""Codes that a page keeps; the frames that they were read from are bounded elsewhere."""


class _Running(NamedTuple):
    task: "asyncio.Task[motionkit.Coded]"
    stop: threading.Event
    waiting: list[None]


class Codings:
    """What was read of real people for one page.

    A motion is brought near to the clip's in hundreds of steps. So whoever scrubs meanwhile waits for the same work; it
    is stopped when other work begins and nobody waits for it, and when the page closes.

    Args:
        reading: held while something is read, so that one page after the other has the processor.
    """

    def __init__(self, reading: asyncio.Semaphore) -> None:
        self._reading = reading
        self._kept: Kept[motionkit.Coded] = Kept(CODES)
        self._running: dict[Hashable, _Running] = {}

    async def get(self, key: Hashable, work: Callable[[threading.Event], motionkit.Coded]) -> motionkit.Coded:
        """What the work gave under that key, now or before; the work looks whether the event is set."""
        if (kept := self._kept.get(key)) is not None:
            return kept
        if key not in self._running:
            for other in self._running.values():
                if not other.waiting:
                    other.stop.set()
            stop = threading.Event()
            self._running[key] = _Running(asyncio.create_task(self._work(key, work, stop)), stop, [])
        running = self._running[key]
        running.waiting.append(None)
        try:
            return await asyncio.shield(running.task)
        finally:
            running.waiting.pop()

    async def close(self) -> None:
        """Stop all that is read."""
        running = list(self._running.values())
        for it in running:
            it.stop.set()
        for it in running:
            with suppress(Exception):
                await it.task

    async def _work(
        self, key: Hashable, work: Callable[[threading.Event], motionkit.Coded], stop: threading.Event
    ) -> motionkit.Coded:
        try:
            async with self._reading:
                if stop.is_set():
                    raise Stopped
                return self._kept.put(key, await asyncio.to_thread(work, stop))
        finally:
            del self._running[key]


def code(
    generator: VideoGenerator,
    read: Callable[[str], Clips],
    sources: dict[str, str],
    stop: threading.Event,
    on_step: Callable[[int, int], None],
) -> motionkit.Coded:
    """The noise of real clips, as ``generate`` finds it.

    Args:
        generator: whose noise it is; it may draw meanwhile.
        read: gives the clip of a source's id.
        sources: by part, the id of the source.
        stop: set when nobody waits for it any more.
        on_step: called with the number of steps done and that of all.

    Raises:
        MotionkitError: it can't be read.
        Stopped: ``stop`` was set.
    """

    def step(done: int, steps: int) -> None:
        if stop.is_set():
            raise Stopped
        on_step(done, steps)

    originals = {part: read(source) for part, source in sources.items()}
    coded = motionkit.encoded(generator, originals, sources)
    # A copy, because fitting changes how a generator moves while it goes on.
    return motionkit.fitted(copy.deepcopy(generator), coded, step) if "motion" in coded.clips else coded
