"""One writer a folder: a lock that ends with its process, and a note of who holds it.

The lock is the kernel's, taken through ``filelock``: flock, which Linux carries to the server of an NFS folder, and on
Windows LockFileEx. The kernel lets go of it however its process ends, so that of a killed one is free at once, and
nobody has to judge whether a process number in some file, perhaps another machine's, still lives. Processes that the
holder forked, such as those that read clips, do not keep it. The note is for the message alone.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from motionkit.interfaces.errors import BusyError
from motionkit.io.atomic import is_half_written, remove

LOCK, HOLDER = ".lock", ".holder"
"""The lock's file and the note's: there while a folder is held, and after its holder was killed."""


@contextmanager
def held(folder: Path, *within: str) -> Iterator[None]:
    """Be the only process that writes to a folder, which is made if it is missing, until the block ends.

    What a killed one left half-written in it is removed, and in the folders ``within`` it, at any depth.

    Raises:
        BusyError: another process holds it, or another part of this one.
        OSError: the folder can't be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise BusyError(
            f"{folder} is being written by {_holder(folder)}; wait for it, or choose another folder"
        ) from None
    try:
        now = datetime.now().isoformat(sep=" ", timespec="seconds")
        _sweep(folder, *within)
        (folder / HOLDER).write_text(f"process {os.getpid()} on {socket.gethostname()} since {now}", encoding="utf-8")
        yield
    finally:
        with suppress(OSError):  # the folder may have become read-only meanwhile
            (folder / HOLDER).unlink(missing_ok=True)
            if os.name != "nt":  # where filelock removes the file itself, after it let go
                (folder / LOCK).unlink(missing_ok=True)  # who waits for this file sees that it is gone, and looks anew
        lock.release()


def tidy(folder: Path, *within: str) -> None:
    """Remove what a killed process left in a folder, as :func:`held` does; one that is held or read-only stays."""
    with suppress(BusyError, OSError), held(folder, *within):
        pass


def contents(folder: Path) -> set[str]:
    """The names in a folder but for what a process that writes it, or was killed, has there for itself.

    None where there is no folder.
    """
    names = {path.name for path in folder.iterdir() if not is_half_written(path)} if folder.is_dir() else set()
    return names - {LOCK, HOLDER}


def _sweep(folder: Path, *within: str) -> None:
    for path in folder.iterdir():
        if is_half_written(path):
            remove(path)
    for place, folders, files in (step for name in within for step in os.walk(folder / name)):
        left = {path for name in (*folders, *files) if is_half_written(path := Path(place, name))}
        folders[:] = [name for name in folders if Path(place, name) not in left]
        for path in left:
            remove(path)


def _holder(folder: Path) -> str:
    try:
        return (folder / HOLDER).read_text(encoding="utf-8")
    except OSError:  # it took the lock a moment ago
        return "another process"
