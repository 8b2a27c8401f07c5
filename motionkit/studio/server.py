"""The server: the page's files, its websocket, what is dropped on it, and what it fetches."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from motionkit.interfaces import DataError, MotionkitError
from motionkit.studio.answers import Answers
from motionkit.studio.following import sample
from motionkit.studio.page import Page
from motionkit.studio.security import Guard
from motionkit.studio.sessions import Session
from motionkit.studio.shared import Studio
from motionkit.studio.shelf import Shelf
from motionkit.studio.sources import LARGEST_KEYPOINTS, LARGEST_UPLOAD, SIDECAR, described

STATIC = Path(__file__).parent / "static"
MOST_PAGES = 32
"""That are open at once."""


class TooLargeError(MotionkitError):
    """More was sent than may be."""


def application(shelf: Shelf, token: str, hosts: tuple[str, ...] = (), device: str | None = None) -> ASGIApp:
    """The studio as an ASGI application.

    Args:
        shelf: the runs and clip folders that may be opened.
        token: who knows it may open the page.
        hosts: names, beside the loopback's, that the server is reached by.
        device: where clips are made; a GPU if there is one.
    """
    routes = [
        Route("/", index),
        Route("/uploads/{page}", upload, methods=["POST"]),
        Route("/files/{page}/{id}/{name}", file),
        Route("/samples/{run}/{name}", sample_picture),
        WebSocketRoute("/socket", socket),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.studio, app.state.pages = Studio(shelf, device), dict[str, Page]()
        warming = asyncio.create_task(app.state.studio.warm_up())
        yield
        warming.cancel()
        app.state.studio.close()

    return Guard(Starlette(routes=routes, lifespan=lifespan), token, hosts)


async def index(request: Request) -> Response:
    """The page."""
    return FileResponse(STATIC / "index.html")


async def socket(websocket: WebSocket) -> None:
    """What the page asks and is told."""
    pages: dict[str, Page] = websocket.app.state.pages
    await websocket.accept()
    if len(pages) >= MOST_PAGES:
        await websocket.close(1013, "too many pages are open")
        return
    studio: Studio = websocket.app.state.studio
    page = Page(websocket, studio.reading)
    session = Session(page, Answers(studio, page))
    pages[page.id] = page
    try:
        await session.run()
    finally:
        del pages[page.id]
        # A task of its own, because this one may have been cancelled.
        await asyncio.shield(asyncio.create_task(session.close()))


async def upload(request: Request) -> Response:
    """A picture or a video, or the keypoints of one that was dropped before (``?of=ID``)."""
    page = _page(request)
    if page is None:
        return JSONResponse({"error": "this page's connection is gone; reload it"}, 404)
    name, of = request.query_params.get("name", "")[:400], request.query_params.get("of", "")
    keypoints = name.lower().endswith(SIDECAR) or name.lower().endswith(".json")
    temporary = page.folder / f"upload-{id(request)}"

    def move(path: Path) -> None:
        temporary.replace(path)

    try:
        try:
            await _receive(request, temporary, LARGEST_KEYPOINTS if keypoints else LARGEST_UPLOAD)
            if keypoints:
                page.sources.add_keypoints(of, move)
                page.sources.forget_readings(of)
                return JSONResponse(described(page.sources.get(of)))
            return JSONResponse(described(page.sources.add_file(name, move)))
        finally:
            temporary.unlink(missing_ok=True)
    except TooLargeError as error:
        return JSONResponse({"error": str(error)}, 413, {"connection": "close"})
    except ClientDisconnect:
        return Response(status_code=400)
    except (MotionkitError, OSError) as error:
        return JSONResponse({"error": str(error)}, 400)


async def file(request: Request) -> Response:
    """A file that was exported."""
    page = _page(request)
    path = page.files.get(request.path_params["id"]) if page else None
    name = request.path_params["name"]
    if path is None or not path.is_file() or not re.fullmatch(r"[\w.-]{1,80}", name, re.ASCII):
        return PlainTextResponse("There is no such file any more.", 404)
    return FileResponse(path, filename=name)


async def sample_picture(request: Request) -> Response:
    """A sample picture of a training."""
    studio: Studio = request.app.state.studio
    try:
        path = sample(studio.shelf.run(request.path_params["run"]), request.path_params["name"])
    except DataError as error:
        return PlainTextResponse(str(error), 404)
    return FileResponse(path, media_type="image/png")


def _page(request: Request) -> Page | None:
    pages: dict[str, Page] = request.app.state.pages
    return pages.get(request.path_params["page"])


async def _receive(request: Request, path: Path, most: int) -> None:
    """Write what is sent to a file, and no more of it than may be."""
    too_large = TooLargeError(f"that is larger than {most >> 20} MB; the command line takes files of any size")
    promised = request.headers.get("content-length", "")
    if promised.isdecimal() and int(promised) > most:
        raise too_large
    received = 0
    with path.open("wb") as written:
        async for part in request.stream():
            received += len(part)
            if received > most:
                raise too_large
            await asyncio.to_thread(written.write, part)
