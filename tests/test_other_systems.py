"""What Windows and macOS lack or do otherwise, played by patches where neither is at hand."""

import errno
import os
import pickle
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest

from motionkit import workers
from motionkit.assembly import ComponentRef
from motionkit.datasets.folder import ClipFolder
from motionkit.interfaces import ComponentConfig
from motionkit.io.atomic import replacing
from motionkit.training import batches
from motionkit.windows import Windows


def test_a_file_is_replaced_where_only_what_is_open_for_writing_is_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, truly_open, flushed = {}, os.open, []

    def windows_open(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if Path(path).is_dir():
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        descriptor = truly_open(path, flags, *rest, **more)
        opened[descriptor] = flags
        return descriptor

    def windows_fsync(descriptor: int) -> None:
        if not opened[descriptor] & (os.O_RDWR | os.O_WRONLY):
            raise OSError(errno.EBADF, "Bad file descriptor")
        flushed.append(descriptor)

    monkeypatch.setattr(os, "open", windows_open)
    monkeypatch.setattr(os, "fsync", windows_fsync)
    with replacing(tmp_path / "run.json") as temporary:
        temporary.write_bytes(b"new")
    assert (tmp_path / "run.json").read_bytes() == b"new" and len(flushed) == 1


@pytest.fixture
def without_sessions(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.delattr(os, "setsid", raising=False)
    monkeypatch.delattr(signal, "pthread_sigmask", raising=False)
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("begin", [lambda: batches._leave_terminal(0), workers._ignore_ctrl_c])
@pytest.mark.usefixtures("without_sessions")
def test_processes_that_help_ignore_ctrl_c_where_there_are_no_sessions(begin: Any) -> None:
    begin()
    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN


@pytest.mark.usefixtures("without_sessions")
def test_work_is_handed_out_where_signals_cannot_be_held_back() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert workers._submitted(pool, abs, -3).result() == 3


@pytest.mark.parametrize("name", ["actions", "faces", "pendulum"])
def test_what_makes_batches_goes_to_a_process_that_was_not_forked(name: str) -> None:
    dataset = ComponentRef.of("dataset", name, "small", {"clips": 4}, "data").build("train")
    sent = pickle.loads(pickle.dumps(batches._Batches(Windows(dataset, 4, 8.0, 0))))
    assert (sent[[0]].times_BT == batches._Batches(Windows(dataset, 4, 8.0, 0))[[0]].times_BT).all()


class Placed(ComponentConfig):
    path: PureWindowsPath


def test_paths_in_json_have_slashes() -> None:
    config = Placed(path=PureWindowsPath(r"C:\videos\a b"))
    assert config.model_dump(mode="json") == {"path": "C:/videos/a b"}
    assert isinstance(ClipFolder.Config(path="clips").model_dump()["path"], Path)
