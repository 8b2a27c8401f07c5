"""Several pages, and asks that come faster than they are answered."""

import json
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from starlette.testclient import TestClient
from takes import take
from visiting import Visitor, headers


def test_what_is_newer_in_a_slot_takes_the_older_one_s_place(visitor: Visitor) -> None:
    asked = take(visitor)
    old = [visitor.send("frames", "A", take={**asked, "noise": {"motion": str(n)}}, frame=0) for n in range(30)]
    newest = visitor.send("frames", "A", take=asked, frame=0)
    answered = []
    while True:
        message = visitor.socket.receive()
        content = message["bytes"]
        told = json.loads(content[4 : 4 + int.from_bytes(content[:4], "big")])
        answered.append(told["id"])
        if told["id"] == newest:
            break
    assert len(answered) < len(old) / 2


def test_two_people_are_answered_each_their_own(client: TestClient, visitor: Visitor) -> None:
    with client.websocket_connect("/socket", headers=headers(client)) as socket:
        other = Visitor(socket)
        asked = [take(visitor, noise={"motion": str(n), "appearance": str(n)}) for n in range(6)]
        ids = [(it.send("frames", take=asked[n], frame=0), it, n) for n in range(6) for it in (visitor, other)]
        found: dict[int, list[Any]] = {}
        for id_, it, n in ids:
            found.setdefault(n, []).append(it.answer(id_)["pictures"])
        assert all(mine == theirs for mine, theirs in found.values())
        assert len({pictures[0][0] for pictures in found.values()}) == 6
        assert other.id != visitor.id
        assert client.get(f"/files/{other.id}/x/a.mp4").status_code == 404


def test_closing_the_page_stops_its_work_and_removes_what_it_kept(client: TestClient) -> None:
    pages = client.app.app.state.pages  # type: ignore[attr-defined]
    with client.websocket_connect("/socket", headers=headers(client)) as socket:
        visitor = Visitor(socket)
        folder = pages[visitor.id].folder
        visitor.send("export", take=take(visitor, seconds=60.0, fps=100.0), kind="mp4")
        until(lambda: any(folder.iterdir()))
    until(lambda: not pages and not folder.exists())
    until(lambda: not any(thread.name.startswith("asyncio") and busy(thread) for thread in threading.enumerate()))


def busy(thread: threading.Thread) -> bool:
    """Whether a thread is writing a video."""
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_name in ("video_file", "write_video"):
            return True
        frame = frame.f_back
    return False


def until(true: Callable[[], bool]) -> None:
    """Waits, a minute at most."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.02)
