"""A page that is open: where what it is told goes, and what is kept for it until it closes."""

import asyncio
import json
import secrets
import shutil
import tempfile
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from motionkit.studio.coding import Codings
from motionkit.studio.sources import Sources

MOST_FILES = 4
"""Exported files that are kept."""


class Page:
    """One page, by its websocket.

    Args:
        socket: its own.
        reading: held while a file is read for a page.

    Attributes:
        id: by which what it uploads and fetches is known to be its own.
        folder: temporary, for it alone.
        sources: the real people that were dropped on it.
        codings: the noise that they could have been made from.
        files: what was exported, by id.
    """

    def __init__(self, socket: WebSocket, reading: asyncio.Semaphore) -> None:
        self.socket, self.id = socket, secrets.token_urlsafe(16)
        self.folder = Path(tempfile.mkdtemp(prefix="motionkit-studio-"))
        self.sources, self.codings, self.files = Sources(self.folder), Codings(reading), dict[str, Path]()
        self._background: dict[str, asyncio.Task[None]] = {}
        self._sending = asyncio.Lock()

    async def send(self, document: Mapping[str, Any]) -> None:
        """Tell it something."""
        text = json.dumps(document, allow_nan=False)
        async with self._sending:
            with suppress(RuntimeError, WebSocketDisconnect):  # it is gone
                await self.socket.send_text(text)

    async def send_bytes(self, content: bytes) -> None:
        """Send it pictures."""
        async with self._sending:
            with suppress(RuntimeError, WebSocketDisconnect):
                await self.socket.send_bytes(content)

    def in_background(self, kind: str, work: Coroutine[Any, Any, None] | None) -> None:
        """Go on with some work while it is open, in the place of earlier work of the kind; None ends that alone."""
        if (before := self._background.pop(kind, None)) is not None:
            before.cancel()
        if work is not None:
            self._background[kind] = asyncio.create_task(work)

    def keep(self, path: Path) -> str:
        """The id by which a file of its folder can be fetched; the oldest of many goes."""
        id_ = secrets.token_urlsafe(12)
        self.files[id_] = path
        while len(self.files) > MOST_FILES:
            self.files.pop(next(iter(self.files))).unlink(missing_ok=True)
        return id_

    async def close(self) -> None:
        """Stop what goes on, and remove the folder."""
        running = list(self._background.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self.codings.close()
        shutil.rmtree(self.folder, ignore_errors=True)
