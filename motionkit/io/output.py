"""A folder of what a command makes, in which nothing of two calls is ever side by side."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from motionkit.interfaces.errors import ConfigError
from motionkit.io.atomic import remove, replacing, replacing_folder
from motionkit.io.hold import held

MADE = ".made"
"""The file that lists what the last call wrote, a name a line: what is removed is that alone, nobody else's."""


class OutputFolder:
    """Where one call of a command writes.

    As soon as its first file is whole, all that the call before left there goes; until then, that stays as it was. So
    the folder always holds what one call made, finished or not. Files of others stay, unless a name is the same.

    Args:
        path: of the folder, which exists.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._old = set(_read(path / MADE))
        self._new: list[str] = []

    @contextmanager
    def file(self, name: str) -> Iterator[Path]:
        """A temporary name for the file ``name``, which is there when the block ends well."""
        with replacing(self.path / name) as temporary:
            yield temporary
            self._note(name)
        self._forget_the_old()

    @contextmanager
    def folder(self, name: str) -> Iterator[Path]:
        """A temporary folder for the folder ``name``, which is there, alone, when the block ends well.

        Raises:
            ConfigError: there is a folder of that name already, which no call made.
        """
        if (self.path / name).exists() and name not in self._old:
            raise ConfigError(f"{self.path / name} is there already, and was not made by this; choose another --out")
        with replacing_folder(self.path / name) as temporary:
            yield temporary
            self._note(name)
        self._forget_the_old()

    def _note(self, name: str) -> None:
        self._new.append(name)
        self._write(sorted(self._old | set(self._new)))

    def _forget_the_old(self) -> None:
        for name in self._old - set(self._new):
            remove(self.path / name)
        if self._old:
            self._old = set()
            self._write(self._new)

    def _write(self, names: list[str]) -> None:
        with replacing(self.path / MADE) as temporary:
            temporary.write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


@contextmanager
def output(path: Path) -> Iterator[OutputFolder]:
    """The folder that a command writes to, made if it is missing, and held against other processes.

    Raises:
        BusyError: another process writes there.
        OSError: it can't be made or written.
    """
    with held(path):
        yield OutputFolder(path)


def _read(file: Path) -> list[str]:
    names = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    # Of this folder, whatever somebody wrote into the list.
    return [name for name in names if name == Path(name).name and name != ".."]
