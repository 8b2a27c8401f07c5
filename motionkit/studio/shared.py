"""What all pages share: the shelf, the thread that draws, and what is kept."""

import asyncio
from contextlib import suppress
from functools import partial

from motionkit.interfaces import MotionkitError
from motionkit.studio.browsing import Browsing
from motionkit.studio.drawing import LATER, DrawingThread
from motionkit.studio.following import Following
from motionkit.studio.rendering import Rendering
from motionkit.studio.shelf import Shelf, described

WRITERS = 2
"""Files that are written at once."""


class Studio:
    """What all pages share.

    Args:
        shelf: the runs and clip folders that may be opened.
        device: where clips are made.
    """

    def __init__(self, shelf: Shelf, device: str | None = None) -> None:
        self.shelf, self.rendering = shelf, Rendering(shelf, device)
        self.drawing, self.solving = DrawingThread(), DrawingThread()
        self.following, self.browsing = Following(), Browsing()
        self.writing = asyncio.Semaphore(WRITERS)
        self.reading = asyncio.Semaphore(1)
        """Files are read for one page at a time, in a thread beside the one that draws."""

    def close(self) -> None:
        """End the threads when what they do now is done."""
        for thread in (self.drawing, self.solving):
            thread.close()

    async def warm_up(self) -> None:
        """Load the first run before anybody asks."""
        runs = [run for run in self.shelf.runs if described(run).get("moves")]
        with suppress(MotionkitError, OSError):
            if runs:
                await self.drawing.do(partial(self.rendering.loaded, runs[0].id), LATER)
