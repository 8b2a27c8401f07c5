"""A page's conversation: what it asks is answered in turn, and all of it stops when the page closes."""

import asyncio
import logging
from contextlib import suppress

from starlette.websockets import WebSocketDisconnect

from motionkit.interfaces import ConfigError, MotionkitError
from motionkit.studio import asks
from motionkit.studio.answers import Answers
from motionkit.studio.page import Page
from motionkit.studio.sources import Stopped

logger = logging.getLogger(__name__)

MOST_WAITING = 128
"""Asks of a page that wait."""
GARBAGE = 20
"""Messages that say nothing, after which a page's socket is closed."""


class Session:
    """Answers what a page asks.

    Args:
        page: who asks.
        answers: what is answered.
    """

    def __init__(self, page: Page, answers: Answers) -> None:
        self.page, self.answers = page, answers
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Answer until the page closes."""
        await self.page.send({"event": "hello", "session": self.page.id})
        garbage = 0
        while garbage < GARBAGE:
            try:
                message = await self.page.socket.receive()
            except (WebSocketDisconnect, RuntimeError):
                return
            if message["type"] == "websocket.disconnect":
                return
            try:
                text = message.get("text")
                if text is None or len(text) > asks.LARGEST:
                    raise ConfigError("the page sent what the studio does not know: a message is a short text")
                ask = asks.read(text)
            except ConfigError as error:
                garbage += 1
                await self.page.send({"error": str(error)})
                continue
            if len(self._tasks) < MOST_WAITING:
                self._begin(ask)
            else:
                await self.page.send({"id": ask.id, "error": "the page asked for too much at once"})
        await self.page.socket.close(1003)

    async def close(self) -> None:
        """Stop everything that was asked for."""
        running = list(self._tasks.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self.page.close()

    def _begin(self, ask: asks.Ask) -> None:
        """Begin to answer; an older ask in the same slot is not answered any more."""
        slot = ask.slot or f"#{ask.id}"
        if (before := self._tasks.get(slot)) is not None:
            before.cancel()
        if isinstance(ask, asks.Stop):
            return
        task = asyncio.create_task(self._answer(ask))
        self._tasks[slot] = task
        task.add_done_callback(lambda done: self._tasks.pop(slot) if self._tasks.get(slot) is done else None)

    async def _answer(self, ask: asks.Ask) -> None:
        try:
            with suppress(Stopped):
                found = await self.answers.to(ask)
                if isinstance(found, bytes):
                    await self.page.send_bytes(found)
                else:
                    await self.page.send({"id": ask.id, "ok": found})
        except MotionkitError as error:
            await self.page.send({"id": ask.id, "error": " ".join(str(error).split())})
        except OSError as error:
            words = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
            await self.page.send({"id": ask.id, "error": words})
        except Exception as error:
            # Whatever goes wrong with one ask, the studio lives on; whoever started it sees what it was.
            logger.exception("the studio failed to answer %s", type(ask).__name__)
            short = "there is not enough memory for this" if isinstance(error, MemoryError) else type(error).__name__
            await self.page.send({"id": ask.id, "error": f"something went wrong: {short}; the terminal says more"})
