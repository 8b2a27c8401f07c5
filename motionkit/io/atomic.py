"""Files that appear whole or not at all."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A temporary name beside ``path``; what is written there takes the place of ``path`` when the block ends well.

        with replacing(folder / "run.json") as temporary:
            temporary.write_text(text)

    Until then, and for good if the block raises or the process dies, ``path`` stays as it was. The temporary name
    keeps the file's ending, because many writers choose their format by it, and starts with a dot.

    Raises:
        OSError: the folder is missing, read-only or full.
    """
    path = Path(path)
    # A part of the stem, so that the name is no longer than file systems allow where the path's own is not.
    temporary = path.with_name(f".{path.stem[:40]}.{os.getpid()}.tmp{path.suffix}")
    try:
        yield temporary
        _flush(temporary, os.O_RDWR)  # Windows flushes nothing that is open for reading alone
        os.replace(temporary, path)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError) and error.errno and str(error.filename or temporary).endswith(temporary.name):
            # The name that people know; a full disk often names nothing at all, and FFmpeg an address.
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    with suppress(OSError):  # the rename itself; Windows and some file systems cannot flush a folder
        _flush(path.parent, os.O_RDONLY)


@contextmanager
def replacing_folder(path: str | Path) -> Iterator[Path]:
    """A temporary folder beside ``path``, which takes the place of the folder ``path`` when the block ends well.

    What was in ``path`` before is gone then: nothing of two times is ever mixed in it.

    Raises:
        OSError: the folder above is missing, read-only or full, or ``path`` is a file.
    """
    path = Path(path)
    temporary, before = (path.with_name(f".{path.name}.{os.getpid()}.{word}") for word in ("tmp", "old.tmp"))
    temporary.mkdir()
    try:
        yield temporary
        with suppress(FileNotFoundError):  # a folder that holds something cannot be replaced in one step
            os.rename(path, before)
        os.rename(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)


def is_half_written(path: Path) -> bool:
    """Whether a file or folder has the name of what is being written, or was when its process was killed."""
    return re.fullmatch(r"\..+\.\d+\.(old\.)?tmp(\.[^.]*)?", path.name) is not None


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, if it is there; of a link, the link alone."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _flush(path: Path, mode: int) -> None:
    """Wait until the disk holds what was written to ``path``."""
    descriptor = os.open(path, mode)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
