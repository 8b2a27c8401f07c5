"""The studio's page in a real browser, as the tests see it."""

import base64
import os
import time
from pathlib import Path
from typing import Any, NamedTuple

WAIT = 600.0
"""Seconds that anything may take before it counts as never."""
SHOWN = "studio.play.tracks.A.latest !== null && studio.play.tracks.A.settled"


class Studio(NamedTuple):
    """A studio, a program of its own."""

    address: str
    process: int

    def processor_seconds(self) -> float:
        """What it has used of the processor so far, however busy the machine is otherwise."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def until(page: Any, true: str) -> None:
    """Waits until an expression is true on the page."""
    end = time.monotonic() + WAIT
    while not page.evaluate(true):
        assert time.monotonic() < end, f"it never became true: {true}"
        time.sleep(0.02)


def keep_picture(page: Any, name: str, **more: Any) -> None:
    if where := os.environ.get("MOTIONKIT_STUDIO_PICTURES"):
        Path(where).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(where) / f"{name}.png"), **more)


def blob(page: Any, index: int) -> bytes:
    """The PNG file that the page has for a frame, once it is there."""
    until(page, f"studio.play.tracks.A.frame({index}) !== null")
    return base64.b64decode(
        page.evaluate(
            f"""async () => {{
                const content = new Uint8Array(await studio.play.tracks.A.frame({index}).blob.arrayBuffer());
                return btoa(String.fromCharCode(...content));
            }}"""
        )
    )
