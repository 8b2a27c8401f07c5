"""The command line in a process of its own that begins in milliseconds, and how it ended."""

import multiprocessing
import os
import resource
import signal
import sys
from contextlib import suppress
from functools import cache
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import NamedTuple

LIMIT = 60.0
"""Seconds after which a command hangs."""

MEMORY = 12 << 30
"""Bytes of address space: more than torch maps, and less than would let an absurd setting end the machine."""

COMMANDS = [f"motionkit.cli.{name}" for name in ("train", "generate", "prepare", "inspect", "bench")]
PRELOADED = [*COMMANDS, "torch._dynamo"]
"""What takes seconds to import; the last of them torch imports when it makes an optimiser."""


class Outcome(NamedTuple):
    """How a command ended.

    Attributes:
        kind: ``done``, ``refused`` in one line, or ``failed``: a traceback, a crash, or no end at all.
        told: what it printed.
    """

    kind: str
    told: str


def motionkit_apart(folder: Path, *words: object) -> Outcome:
    """Run ``motionkit WORDS...`` in a folder, to the end."""
    process = begin(folder, *words)
    process.join(LIMIT)
    hung = process.is_alive()
    end(process)
    told = log_of(folder).read_text(errors="replace")
    if hung:
        return Outcome("failed", f"no end after {LIMIT:g} s\n{told}")
    if process.exitcode == 0 and "Traceback" not in told:
        return Outcome("done", told)
    return Outcome("refused" if is_refusal(process.exitcode, told) else "failed", f"{process.exitcode}: {told}")


def is_refusal(status: int | None, told: str) -> bool:
    """Whether a command said in one line why it did not do what was asked; warnings may come before it."""
    *before, last = told.strip().splitlines() or [""]
    in_one_line = last.startswith(("motionkit: ", "Error: ")) and not any(
        line.startswith(("motionkit: ", "Error: ")) for line in before
    )
    return status in (1, 2) and in_one_line and "Traceback" not in told


def begin(folder: Path, *words: object) -> ForkServerProcess:
    """The command, which has begun, in a session of its own."""
    process = _server().Process(target=_run, args=(folder, [str(word) for word in words]))
    process.start()
    return process


def end(process: ForkServerProcess, everything: bool = True) -> None:
    """Kill a command as it is, and all that it began or that process alone."""
    with suppress(ProcessLookupError):
        (os.killpg if everything else os.kill)(process.pid or 0, signal.SIGKILL)
    process.join()


def log_of(folder: Path) -> Path:
    """Where what a command printed is: beside its folder."""
    return folder.with_name(f"{folder.name}.log")


@cache
def _server() -> ForkServerContext:
    """A fresh process that has imported everything and computed nothing: torch cannot fork after it computed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _run(folder: Path, words: list[str]) -> None:
    os.setsid()
    os.chdir(folder)
    log = os.open(log_of(folder), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(log, stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.argv = ["motionkit", *words]
    from motionkit.cli import main

    main()
