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
from motionkit.io.atomic import sweep

LOCK, HOLDER = ".lock", ".holder"
"""The lock's file and the note's: there while a folder is held, and after its holder was killed."""


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Be the only process that writes to a folder, which is made if it is missing, until the block ends.

    What a killed one left half-written in it is removed.

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
        sweep(folder)
        (folder / HOLDER).write_text(f"process {os.getpid()} on {socket.gethostname()} since {now}", encoding="utf-8")
        yield
    finally:
        with suppress(OSError):  # the folder may have become read-only meanwhile
            (folder / HOLDER).unlink(missing_ok=True)
            if os.name != "nt":  # where filelock removes the file itself, after it let go
                (folder / LOCK).unlink(missing_ok=True)  # who waits for this file sees that it is gone, and looks anew
        lock.release()


def contents(folder: Path) -> set[str]:
    """The names in a folder but for those that say who holds it; none where there is no folder."""
    return {path.name for path in folder.iterdir()} - {LOCK, HOLDER} if folder.is_dir() else set()


def _holder(folder: Path) -> str:
    try:
        return (folder / HOLDER).read_text(encoding="utf-8")
    except OSError:  # it took the lock a moment ago
        return "another process"
