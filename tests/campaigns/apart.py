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
from typing import Any, NamedTuple

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


def motionkit_apart(folder: Path, *words: object, limit: float = LIMIT) -> Outcome:
    """Run ``motionkit WORDS...`` in a folder, to the end, or until it takes longer than ``limit`` seconds."""
    process = begin(folder, *words)
    process.join(limit)
    hung = process.is_alive()
    end(process)
    told = log_of(folder).read_text(errors="replace")
    if hung:
        return Outcome("failed", f"no end after {limit:g} s\n{told}")
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


def begin(folder: Path, *words: object, last_write: int | None = None) -> ForkServerProcess:
    """The command, which has begun, in a session of its own.

    It is killed just before its process opens, renames, makes or removes the file of number ``last_write`` in the
    folder, counted from 0.
    """
    process = _server().Process(target=_run, args=(folder, [str(word) for word in words], last_write))
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


def writes_of(folder: Path) -> int:
    """How often the command that was begun last opened, renamed, made or removed a file in its folder."""
    return _writes_of(folder).stat().st_size


def _writes_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.writes")


@cache
def _server() -> ForkServerContext:
    """A fresh process that has imported everything and computed nothing: torch cannot fork after it computed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def _watch(folder: Path, last_write: int | None) -> None:
    process, root = os.getpid(), f"{folder.resolve()}{os.sep}"
    seen, length = os.open(_writes_of(folder), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 0

    def note(event: str, details: tuple[Any, ...]) -> None:
        nonlocal length
        if event not in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir") or os.getpid() != process:
            return
        if event == "open" and not (details[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            return
        if isinstance(details[0], (str, os.PathLike)) and os.path.abspath(details[0]).startswith(root):
            if length == last_write:
                os.kill(process, signal.SIGKILL)
            length += os.write(seen, b".")

    sys.addaudithook(note)


def _run(folder: Path, words: list[str], last_write: int | None) -> None:
    os.setsid()
    multiprocessing.set_start_method(None, force=True)  # its own processes begin as those of any command do
    _watch(folder, last_write)
    os.chdir(folder)
    log = os.open(log_of(folder), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(log, stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.argv = ["motionkit", *words]
    from motionkit.cli import main

    main()
