"""Takes of a studio: their frames as a page gets them, and as the command line makes them."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from command_line import here
from PIL import Image
from visiting import Visitor

from motionkit.studio.rendering import PIECE

SHORT = {"seconds": 0.6, "fps": 20.0}


def take(visitor: Visitor, run: str = "tiny", **more: Any) -> dict[str, Any]:
    return {"run": visitor.run(run), **SHORT, **more}


def frames(visitor: Visitor, asked: dict[str, Any], **more: Any) -> list[bytes]:
    """All frames of a take, in an order that no player would ask for."""
    total = visitor.ask("take", take=asked, **more)["frames"]
    found: dict[int, bytes] = {}
    for frame in [total - 1, 0, *range(0, total, PIECE)]:
        piece = visitor.ask("frames", take=asked, frame=frame, **more)
        found |= dict(enumerate(piece["pictures"], piece["first"]))
    assert sorted(found) == list(range(total))
    return [found[index] for index in range(total)]


def by_command(command: str, shelf: Path, out: Path) -> list[bytes]:
    """The frames that a command, as the page shows it, writes."""
    words = command.split()
    assert words[:2] == ["motionkit", "generate"]
    here(*words[1:], "--format", "png", "--out", out)
    return [path.read_bytes() for path in sorted((out / "clip-000").glob("*.png"))]


def pixels(content: bytes) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(content))).astype(int)
