"""Commands that are killed and given again: what they leave is what one left that was not killed.

They are killed at a random moment, or before one of their writes, between which little time passes and much can break.
"""

import json
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarking import found
from campaigns.apart import LIMIT, begin, end, log_of, motionkit_apart, writes_of
from campaigns.damaged import LEFT_BEHIND
from campaigns.workspace import BENCH, contents
from command_line import tiny
from PIL import Image
from safetensors import safe_open

OVERHANG = 30.0
"""Seconds for which processes whose command was killed may go on before they see it."""

PATIENCE = 5
"""How many times as long a command may take as it did undisturbed, since others may be at work beside it."""


class Kill(NamedTuple):
    """A command that is killed.

    Attributes:
        words: the command, given in the workspace.
        out: the folder that it writes.
        again: what is given after the kill if that folder has this file; else the command itself is given again.
        result: what has to be the same in the end.
    """

    words: list[str]
    out: str
    again: tuple[str, list[str]] | None
    result: Callable[[Path], object]


def weights(folder: Path) -> object:
    return {name: content for name, content in contents(folder).items() if name.endswith((".safetensors", "run.json"))}


def clips(folder: Path) -> object:
    """All of a clip folder; its manifest notes where the videos lie, which is elsewhere in each copy."""
    place = str(folder.parent).encode()
    return {name: content.replace(place, b"") for name, content in contents(folder).items()}


def report(folder: Path) -> object:
    return found(folder), weights(folder)


TRAIN = ["train", "--out", "killed", "--steps", "8"]
OFTEN = ("data.clips=8", "loop.checkpoint_every=2", "loop.workers=1")
RESUMED = ("run.json", ["train", "--resume", "killed"])
ADVERSARIAL = ["--motion-objective", "adversarial", "--render-objective", "adversarial"]

KILLS = {
    "train, variational": Kill([*TRAIN, *tiny(*OFTEN)], "killed", RESUMED, weights),
    "train, adversarial": Kill([*TRAIN, *ADVERSARIAL, *tiny(*OFTEN, encoders=False)], "killed", RESUMED, weights),
    "prepare, two workers": Kill(
        ["prepare", "videos", "--out", "killed", "--detector", "sidecar", "--size", "16", "--workers", "2"],
        "killed", None, clips,
    ),
    "generate": Kill(["generate", "run", "-n", "4", "--seconds", "0.5", "--format", "png", "--out", "killed"], "killed",
                     None, contents),
    "bench": Kill(["killed" if word == "report" else word for word in BENCH], "killed", None, report),
}  # fmt: skip


class Undisturbed(NamedTuple):
    """What a command leaves that is not killed, and how many seconds and writes it takes."""

    result: object
    seconds: float
    writes: int


def undisturbed(kind: str, folder: Path) -> Undisturbed:
    """Let a command of a kind run in a copy of the workspace."""
    kill, started = KILLS[kind], time.monotonic()
    outcome = motionkit_apart(folder, *kill.words, limit=PATIENCE * LIMIT)
    assert outcome.kind == "done", outcome.told
    return Undisturbed(kill.result(folder / kill.out), time.monotonic() - started, writes_of(folder))


def killed(kind: str, seed: int, folder: Path, expected: Undisturbed) -> tuple[str, str]:
    """Kill a command of a kind where the seed says, alone or with all its processes, and give it again.

    Returns:
        ``went on``, ``too late`` where it had ended before, or ``failed``; and what was wrong.
    """
    rng = random.Random(f"{kind} {seed}")
    kill, alone = KILLS[kind], rng.random() < 0.5
    if rng.random() < 0.5:
        moment = rng.uniform(0, expected.seconds)
        place = f"after {moment:.2f} s"
        process = begin(folder, *kill.words)
        process.join(moment)
    else:
        write = rng.randrange(expected.writes)
        place = f"before write {write} of {expected.writes}"
        process = begin(folder, *kill.words, last_write=write)
        process.join(PATIENCE * max(LIMIT, expected.seconds))
    in_time = process.exitcode in (None, -signal.SIGKILL)
    end(process, everything=not alone)
    described = f"{kind} {seed}: killed {'alone ' if alone else ''}{place}"
    if trouble := _damaged(folder / kill.out):
        return "failed", f"{described}: {trouble}"
    words = kill.again[1] if kill.again and (folder / kill.out / kill.again[0]).is_file() else kill.words
    outcome = motionkit_apart(folder, *words, limit=max(LIMIT, PATIENCE * expected.seconds))
    if outcome.kind != "done":
        return "failed", f"{described}: {outcome.told}\n{log_of(folder).read_text(errors='replace')}"
    if kill.result(folder / kill.out) != expected.result:
        return "failed", f"{described}: it left something else"
    deadline = time.monotonic() + OVERHANG
    while left := [name for name in contents(folder / kill.out) if LEFT_BEHIND.search(name)]:
        if time.monotonic() > deadline:
            return "failed", f"{described}: left behind {left}"
        time.sleep(0.1)
    return ("went on" if in_time else "too late"), described


def _damaged(folder: Path) -> str:
    """The first file that is there and cannot be read; those under a temporary name do not count."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if LEFT_BEHIND.search(path.relative_to(folder).as_posix()) or any(part.endswith(".tmp") for part in path.parts):
            continue
        try:
            if path.suffix == ".json":
                json.loads(path.read_bytes())
            elif path.suffix == ".png":
                Image.open(path).load()
            elif path.suffix == ".safetensors":
                with safe_open(path, framework="numpy") as file:
                    list(file.keys())
        except Exception as error:
            return f"{path.name} cannot be read: {error}"
    return ""
