"""Measures whether the studio's memory stays bounded: an hour of somebody who clicks about at random, every
four seconds.

    python benchmarks/studio_memory.py --json benchmarks/results/studio_memory.json

The clicks are made one after the other as fast as they are answered: rerolls, moments, frame rates, lengths, speeds,
moved joints, walks from seed to seed, another run, and now and then a file. They go through the studio's own websocket,
in this process, by a seed; what is told is the resident memory of the process after each part of them, in megabytes,
and the bytes of what the studio keeps.
"""

import argparse
import json
import random
import struct
import time
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient, WebSocketTestSession

from motionkit.evaluation.environment import environment
from motionkit.studio.server import application
from motionkit.studio.shelf import Shelf

HOST, TOKEN = "127.0.0.1:8730", "token"


class Visitor:
    """Somebody who clicks at random."""

    def __init__(self, socket: WebSocketTestSession, client: TestClient, seed: int) -> None:
        self.socket, self.client, self.dice, self.number = socket, client, random.Random(seed), 0
        socket.receive_json()
        self.runs = [run["id"] for run in self.ask("shelf")["ok"]["runs"] if run.get("moves")]
        self.take: dict[str, Any] = {"run": self.runs[0], "noise": {}, "seconds": 2.0, "fps": 30.0}

    def ask(self, ask: str, **more: Any) -> dict[str, Any]:
        """What is answered."""
        self.number += 1
        self.socket.send_json({"id": self.number, "ask": ask, **more})
        while True:
            message = self.socket.receive()
            if (content := message.get("bytes")) is not None:
                told: dict[str, Any] = json.loads(content[4 : 4 + struct.unpack(">I", content[:4])[0]])
            else:
                told = json.loads(message["text"])
            if told.get("id") == self.number and "event" not in told:
                return told

    def click(self) -> None:
        """Change something, and look at a frame of it."""
        dice = self.dice
        what = dice.choices(["seed", "walk", "rate", "length", "speed", "run", "moment", "joint", "file"],
                            [30, 15, 6, 6, 6, 4, 20, 12, 1])[0]  # fmt: skip
        seeds = [str(dice.randrange(10**6)) for _ in range(4)]
        if what == "seed":
            self.take["noise"] = {"motion": seeds[0], "appearance": seeds[1]}
        elif what == "walk":
            share = round(dice.random(), 3)
            self.take["noise"] = {"motion": f"{seeds[0]}:{seeds[1]}:{share}", "appearance": seeds[2]}
        elif what == "rate":
            self.take["fps"] = dice.choice([12.0, 16.0, 24.0, 30.0, 60.0])
        elif what == "length":
            self.take["seconds"] = dice.choice([1.0, 2.0, 4.0, 8.0])
        elif what == "speed":
            self.take["speed"] = f"0:1,{dice.uniform(0.2, 0.8):.2f}:{dice.uniform(0.1, 2):.2f},1:1"
        elif what == "run":
            self.take["run"] = dice.choice(self.runs)
        elif what == "file":
            self.client.get(self.ask("export", take={**self.take, "seconds": 1.0}, kind="mp4")["ok"]["file"])
        frames = self.ask("take", take=self.take)["ok"]["frames"]
        seen = self.ask("frames", take=self.take, frame=dice.randrange(frames))
        if what == "joint":
            pose = seen["keypoints"][0]
            pose[dice.randrange(len(pose))] = [dice.uniform(-1, 1), dice.uniform(-1, 1)]
            self.ask("pose", take=self.take, keypoints=pose)


def resident() -> float:
    """Resident memory of this process, in megabytes."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clicks", type=int, default=900)
    parser.add_argument("--parts", type=int, default=6)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    app: Any = application(Shelf([]), TOKEN, device="cpu")
    figures = []
    with TestClient(app, f"http://{HOST}") as client:
        client.get(f"/?token={TOKEN}")
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        asked = {"host": HOST, "origin": f"http://{HOST}", "cookie": cookie}
        with client.websocket_connect("/socket", headers=asked) as socket:
            visitor = Visitor(socket, client, 0)
            rendering = app.app.state.studio.rendering
            for part in range(args.parts + 1):
                kept = {name: getattr(rendering, name).total for name in ("generators", "plans", "pieces", "whole")}
                clicks = part * args.clicks // args.parts
                figures.append({"clicks": clicks, "resident": round(resident()), "kept": kept})
                print(f"{clicks:5} clicks  {resident():6.0f} MB  {kept}", flush=True)
                begun = time.monotonic()
                for _ in range(args.clicks // args.parts if part < args.parts else 0):
                    visitor.click()
                print(f"      {time.monotonic() - begun:.0f} s", flush=True)
    if args.json:
        document = {"figures": figures, **environment()}
        args.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
