"""What visits a studio: a page's side of the conversation, and a clip folder to look at."""

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient, WebSocketTestSession

from motionkit.interfaces import COCO17
from motionkit.io.clips import ClipInfo, write_clip
from motionkit.io.manifest import ClipRecord, Manifest, Settings, VideoRecord, write_manifest
from motionkit.studio.server import application
from motionkit.studio.shelf import Shelf

TOKEN, HOST = "secret", "127.0.0.1:8730"
FRAMES = 20


class Visitor:
    """A page's side of the conversation."""

    def __init__(self, socket: WebSocketTestSession) -> None:
        self.socket, self.number = socket, 0
        hello = socket.receive_json()
        assert hello["event"] == "hello"
        self.id: str = hello["session"]

    def send(self, ask: str, slot: str = "", **more: Any) -> int:
        self.number += 1
        self.socket.send_json({"id": self.number, "slot": slot, "ask": ask, **more})
        return self.number

    def answer(self, id_: int) -> Any:
        """The answer to an ask; what else comes before it is left out."""
        while True:
            message = self.socket.receive()
            if "bytes" in message and message["bytes"] is not None:
                content = message["bytes"]
                length = struct.unpack(">I", content[:4])[0]
                told = json.loads(content[4 : 4 + length])
                at, pictures = 4 + length, []
                for size in told.pop("sizes"):
                    pictures.append(content[at : at + size])
                    at += size
                told["pictures"] = pictures
            else:
                told = json.loads(message["text"])
            if told.get("id") == id_ and "event" not in told:
                return told

    def ask(self, ask: str, slot: str = "", **more: Any) -> Any:
        """What is answered; fails where that is an error."""
        told = self.answer(self.send(ask, slot, **more))
        assert "error" not in told, told
        return told.get("ok", told)

    def problem(self, ask: str, **more: Any) -> str:
        """What is said to be wrong."""
        told = self.answer(self.send(ask, **more))
        return str(told["error"])

    def run(self, name: str) -> str:
        """The id of the run whose name ends so."""
        return next(run["id"] for run in self.ask("shelf")["runs"] if run["name"].endswith(name))

    def folder(self) -> str:
        """The id of the clip folder."""
        return str(self.ask("shelf")["folders"][0]["id"])


def clip_folder(path: Path) -> None:
    """A clip folder of two videos, one clip each, and one of which nothing could be used."""
    rng = np.random.default_rng(0)
    videos = [VideoRecord(source="nobody.avi", sha256="9", frames=9, dropped={"no figure": 9})]
    for number in range(2):
        file = f"clips/{number}.avi/000.safetensors"
        (path / file).parent.mkdir(parents=True)
        write_clip(
            path / file,
            ClipInfo("coco-17", "wave", f"{number}.avi"),
            rng.integers(0, 256, (FRAMES, 16, 16, 3), np.uint8),
            rng.uniform(-1, 1, (FRAMES, 17, 2)),
            rng.uniform(0, 1, (FRAMES, 17)),
            np.arange(FRAMES) / 25,
        )
        clip = ClipRecord(file=file, label="wave", seconds=(FRAMES - 1) / 25, frames=FRAMES)
        videos.append(VideoRecord(source=f"{number}.avi", sha256=str(number), frames=30, kept=20, clips=[clip]))
    settings = Settings(size=16, detector="toy", distribution="", detector_config={}, gate={"min_confidence": 0.6})
    write_manifest(path, Manifest(skeleton=COCO17, settings=settings, videos=videos))


def opened(*shelf: Path) -> TestClient:
    """A studio of those; enter it to begin."""
    return TestClient(application(Shelf([str(path) for path in shelf]), TOKEN, device="cpu"), f"http://{HOST}")


@contextmanager
def visited(*shelf: Path) -> Iterator[tuple[TestClient, Visitor]]:
    """A studio of those, and a page that somebody has open."""
    with opened(*shelf) as client:
        client.get(f"/?token={TOKEN}")
        with client.websocket_connect("/socket", headers=headers(client)) as socket:
            yield client, Visitor(socket)


def headers(client: TestClient, **more: str) -> dict[str, str]:
    """What a browser sends along with a websocket."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return {"host": HOST, "origin": f"http://{HOST}", "cookie": cookie} | more
