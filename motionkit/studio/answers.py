"""What a page is answered."""

import asyncio
import json
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from motionkit.interfaces import Clips, MotionkitError
from motionkit.studio import asks, exports, shelf, sources, takes
from motionkit.studio.coding import code
from motionkit.studio.drawing import AHEAD, LATER, SEEN
from motionkit.studio.following import changed_at, curves_told
from motionkit.studio.page import Page
from motionkit.studio.rendering import Loaded, Piece, Plan, png, stamp_of, told
from motionkit.studio.shared import Studio
from motionkit.studio.sources import Stopped
from motionkit.studio.takes import Named, Take

NEWS = 1.0
"""Seconds between two looks for news of a training."""
LONG = 8.0
"""Seconds of a motion that takes longer to solve than somebody who scrubs another should wait."""
REAL_PIECE = 8
"""Frames of a real clip that are sent at once."""


class Answers:
    """Finds the answers for one page.

    Args:
        studio: what all pages share.
        page: who asks.
    """

    def __init__(self, studio: Studio, page: Page) -> None:
        self.studio, self.page = studio, page
        self._methods: dict[type[Any], Callable[[Any], Awaitable[Any]]] = {
            asks.Shelf: self._shelf,
            asks.Look: self._look,
            asks.Frames: self._frames,
            asks.Pose: self._pose,
            asks.Real: self._real,
            asks.RealFrames: self._real_frames,
            asks.Follow: self._follow,
            asks.Watch: self._watch,
            asks.Folder: self._folder,
            asks.Clip: self._clip,
            asks.ClipFrames: self._clip_frames,
            asks.Exclude: self._exclude,
            asks.UseClip: self._use_clip,
            asks.Export: self._export,
        }

    async def to(self, ask: asks.Ask) -> Any:
        """The answer, for JSON or as bytes.

        Raises:
            MotionkitError, OSError: it can't be given; says why.
            Stopped: nobody waits for it any more.
        """
        return await self._methods[type(ask)](ask)

    async def _shelf(self, ask: asks.Shelf) -> Any:
        def look() -> dict[str, Any]:
            runs = [shelf.described(item) for item in self.studio.shelf.runs]
            return {"runs": runs, "folders": [{"id": it.id, "name": it.name} for it in self.studio.shelf.folders]}

        return await asyncio.to_thread(look)

    async def _plan(self, ask: asks.Look | asks.Frames | asks.Pose | asks.Export, urgency: int) -> tuple[Take, Plan]:
        take = takes.parsed(ask.take)
        rendering, real = self.studio.rendering, None
        if take.real:
            loaded = await self.studio.drawing.do(partial(rendering.loaded, take.run, take.renderer), urgency)
            real = await self._code(take, loaded, ask.detector)
        # A long motion is solved beside the drawing, which would have to wait for it.
        thread = self.studio.solving if take.seconds * take.curve.mean > LONG else self.studio.drawing
        return take, await thread.do(partial(rendering.plan, take, real), urgency)

    async def _code(self, take: Take, loaded: Loaded, detector: str | None) -> Any:
        """The noise of the real people of a take, found for these weights once."""
        loop, chosen = asyncio.get_running_loop(), {str(part): source for part, source in take.real.items()}

        def on_step(done: int, steps: int) -> None:
            if done % 10 == 0:
                news = {"event": "fitting", "done": done, "of": steps}
                asyncio.run_coroutine_threadsafe(self.page.send(news), loop)

        def work(stop: threading.Event) -> Any:
            def read(source: str) -> Clips:
                return self.page.sources.read(self.page.sources.get(source), loaded.generator, detector, stop)

            return code(loaded.generator, read, chosen, stop, on_step)

        revision = self.page.sources.revision
        return await self.page.codings.get((loaded.stamp, tuple(sorted(chosen.items())), detector, revision), work)

    async def _look(self, ask: asks.Look) -> Any:
        take, plan = await self._plan(ask, SEEN)
        generator = plan.loaded.generator
        return told(plan) | {
            "command": takes.command(take, self._named(take, generator, ask.detector)),
            "detectors": await asyncio.to_thread(sources.detectors, generator) if generator.encodes else [],
        }

    def _named(self, take: Take, generator: Any, detector: str | None) -> Named:
        run = self.studio.shelf.run(take.run).name
        renderer = None if take.renderer is None else self.studio.shelf.run(take.renderer).name
        found = {part: self.page.sources.get(source) for part, source in take.real.items()}
        used = [self.page.sources.detector_for(source, generator, detector) for source in found.values()]
        names: dict[str, str] = {part: source.name for part, source in found.items()}
        detected = next(filter(None, used), None)
        return Named(run=run, renderer=renderer, parts=tuple(generator.noise_sizes), real=names, detector=detected)

    async def _frames(self, ask: asks.Frames) -> bytes:
        urgency = AHEAD if ask.ahead else SEEN
        _, plan = await self._plan(ask, urgency)
        piece = await self.studio.drawing.do(partial(self.studio.rendering.piece, plan, ask.frame), urgency)
        return packed({"id": ask.id, "stamp": plan.loaded.stamp, "frames": plan.frames}, piece)

    async def _pose(self, ask: asks.Pose) -> bytes:
        _, plan = await self._plan(ask, SEEN)
        keypoints_K2 = np.array(ask.keypoints, np.float32).reshape(-1, 2)
        picture = await self.studio.drawing.do(partial(self.studio.rendering.posed, plan, keypoints_K2))
        return packed({"id": ask.id, "stamp": plan.loaded.stamp}, Piece(0, [picture], None))

    async def _read(self, id_: str, generator: Any, detector: str | None) -> Clips:
        """What a source shows, read in a thread of its own, and no longer than somebody waits for it."""
        source, stop = self.page.sources.get(id_), threading.Event()
        async with self.studio.reading:
            work = asyncio.create_task(asyncio.to_thread(self.page.sources.read, source, generator, detector, stop))
            try:
                return await asyncio.shield(work)
            except asyncio.CancelledError:
                stop.set()
                with suppress(Exception):
                    await work
                raise

    async def _real(self, ask: asks.Real) -> Any:
        loaded = await self.studio.drawing.do(partial(self.studio.rendering.loaded, ask.run))
        clips = await self._read(ask.source, loaded.generator, ask.detector)
        times = clips.times_BT[0].tolist()
        able = [part for part in loaded.generator.encodes if part == "appearance" or len(times) > 1]
        frames = len(times)
        seconds = times[-1] * frames / (frames - 1) if frames > 1 else 0.0
        source = sources.described(self.page.sources.get(ask.source))
        return source | {"times": times, "seconds": seconds, "parts": able}

    async def _real_frames(self, ask: asks.RealFrames) -> bytes:
        loaded = await self.studio.drawing.do(partial(self.studio.rendering.loaded, ask.run))
        clips = await self._read(ask.source, loaded.generator, ask.detector)
        first = min(ask.frame, clips.times.shape[-1] - 1) // REAL_PIECE * REAL_PIECE
        shown = clips.frames(slice(first, first + REAL_PIECE))

        def write() -> Piece:
            pictures = [png(frame_HWC) for frame_HWC in sources.frames_of(shown)]
            return Piece(first, pictures, shown.keypoints_BTK2[0].numpy())

        return packed({"id": ask.id, "frames": clips.times.shape[-1]}, await asyncio.to_thread(write))

    async def _follow(self, ask: asks.Follow) -> Any:
        if ask.run is None:
            self.page.in_background("follow", None)
            return None
        item = self.studio.shelf.run(ask.run)
        state = await self._curves(item)
        self.page.in_background("follow", self._tell_news(ask.run, state.get("stamp")))
        return state

    async def _curves(self, item: shelf.Item) -> dict[str, Any]:
        async with self.studio.reading:
            return await asyncio.to_thread(curves_told, self.studio.following, item)

    async def _tell_news(self, run: str, seen: str | None) -> None:
        while True:
            await asyncio.sleep(NEWS)
            try:
                item = self.studio.shelf.run(run)
                now = await asyncio.to_thread(changed_at, item)
            except MotionkitError as error:
                if seen is not None:
                    await self.page.send({"event": "training", "state": {"run": run, "problem": str(error)}})
                seen = None
                continue
            if now != seen:
                seen = now
                await self.page.send({"event": "training", "state": await self._curves(item)})

    async def _watch(self, ask: asks.Watch) -> Any:
        self.page.in_background("watch", self._tell_changes(ask.runs) if ask.runs else None)

    async def _tell_changes(self, runs: list[str]) -> None:
        """Tells when the weights of runs change, or that they are gone."""
        seen: dict[str, str] = {}
        while True:
            for run in runs:
                try:
                    now = await asyncio.to_thread(self._stamp, run)
                    news: dict[str, Any] = {"run": run}
                except MotionkitError as error:
                    now, news = str(error), {"run": run, "problem": str(error)}
                if seen.setdefault(run, now) != now:
                    seen[run] = now
                    await self.page.send({"event": "changed"} | news)
            await asyncio.sleep(NEWS)

    def _stamp(self, run: str) -> str:
        return stamp_of(self.studio.shelf.run(run))

    async def _folder(self, ask: asks.Folder) -> Any:
        return await asyncio.to_thread(self.studio.browsing.contents, self.studio.shelf.folder(ask.folder))

    async def _clip(self, ask: asks.Clip) -> Any:
        return await asyncio.to_thread(self.studio.browsing.clip, self.studio.shelf.folder(ask.folder), ask.clip)

    async def _clip_frames(self, ask: asks.ClipFrames) -> bytes:
        folder = self.studio.shelf.folder(ask.folder)
        piece = await asyncio.to_thread(self.studio.browsing.piece, folder, ask.clip, ask.frame)
        return packed({"id": ask.id}, piece)

    async def _exclude(self, ask: asks.Exclude) -> Any:
        folder = self.studio.shelf.folder(ask.folder)
        await asyncio.to_thread(self.studio.browsing.exclude, folder, ask.clip, ask.excluded, ask.reason)
        return await asyncio.to_thread(self.studio.browsing.contents, folder)

    async def _use_clip(self, ask: asks.UseClip) -> Any:
        folder = self.studio.shelf.folder(ask.folder)
        return sources.described(self.page.sources.add_clip(folder.name, folder.path, ask.clip))

    async def _export(self, ask: asks.Export) -> Any:
        name = exports.file_name(ask.kind)
        take, plan = await self._plan(ask, LATER)
        path = self.page.folder / f"export-{ask.id}{Path(name).suffix}"
        drawing, loop, done = self.studio.drawing, asyncio.get_running_loop(), 0
        stop = threading.Event()

        def pieces() -> Iterator[Clips]:
            """The take's pieces, each made by the thread that draws, for the thread that writes."""
            nonlocal done
            made = self.studio.rendering.clips(plan)
            while True:
                if stop.is_set():
                    raise Stopped
                work = drawing.do(lambda: next(made, None), LATER)
                if (piece := asyncio.run_coroutine_threadsafe(work, loop).result()) is None:
                    return
                done += piece.times.shape[-1]
                news = {"event": "export", "id": ask.id, "done": done, "of": plan.frames}
                asyncio.run_coroutine_threadsafe(self.page.send(news), loop)
                yield piece

        if ask.kind.startswith("keypoints-"):
            write = partial(exports.keypoints_file, path, ask.kind, plan)
        else:
            write = partial(exports.video_file, path, ask.kind, take, plan, pieces())
        async with self.studio.writing:
            writing = asyncio.create_task(asyncio.to_thread(write))
            try:
                await asyncio.shield(writing)
            except asyncio.CancelledError:
                stop.set()
                with suppress(Exception):
                    await writing
                raise
        format_ = ask.kind if ask.kind in takes.FORMATS else "npz"
        command = takes.command(take, self._named(take, plan.loaded.generator, ask.detector), format_)
        return {"file": f"/files/{self.page.id}/{self.page.keep(path)}/{name}", "name": name, "command": command}


def packed(head: Mapping[str, Any], piece: Piece) -> bytes:
    """A binary message: the length of its head, the head in JSON, and the pictures one after the other."""
    keypoints = None if piece.keypoints_TK2 is None else piece.keypoints_TK2.round(5).tolist()
    sizes = [len(picture) for picture in piece.pictures]
    text = json.dumps({**head, "first": piece.first, "sizes": sizes, "keypoints": keypoints}).encode()
    return b"".join([struct.pack(">I", len(text)), text, *piece.pictures])
