"""A folder has one writer at a time, and a dead one does not count."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from motionkit.interfaces import BusyError
from motionkit.io.hold import contents, held, tidy

HOLD = """
import os, sys, time
from pathlib import Path
from motionkit.io.hold import held
with held(Path(sys.argv[1])):
    if os.fork() == 0:  # as a process that reads clips is begun
        print(os.getpid(), flush=True)
    time.sleep(60)
"""

Start = Callable[[Path], "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a process that holds a folder, and a process of its own that outlives it."""
    begun: list[subprocess.Popen[str]] = []
    children: list[int] = []

    def start(folder: Path) -> "subprocess.Popen[str]":
        process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
        begun.append(process)
        assert process.stdout is not None
        children.append(int(process.stdout.readline()))
        return process

    yield start
    for child in children:
        os.kill(child, 9)
    for process in begun:
        process.kill()
        process.communicate()


def test_the_second_is_refused_and_told_who_holds_it(start: Start, tmp_path: Path) -> None:
    process = start(tmp_path / "run")
    expected = rf"run is being written by process {process.pid} on {socket.gethostname()} since \d{{4}}-"
    with pytest.raises(BusyError, match=expected), held(tmp_path / "run"):
        pass


def test_what_a_killed_holder_held_is_free_at_once_and_swept(start: Start, tmp_path: Path) -> None:
    process = start(tmp_path)
    (tmp_path / ".run.77.tmp.json").write_text("half")
    (tmp_path / ".clip-000.77.tmp").mkdir()
    (tmp_path / ".tmp").write_text("somebody's")
    process.kill()
    process.wait()
    with held(tmp_path):
        assert contents(tmp_path) == {".tmp"}
    assert [path.name for path in tmp_path.iterdir()] == [".tmp"]


def test_folders_within_are_swept_where_they_are_named_and_no_link_is_followed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    kept = [folder / "samples" / "deep" / "a.png", folder / "other" / ".a.77.tmp.png", elsewhere / ".a.77.tmp.png"]
    gone = [folder / "samples" / ".a.77.tmp.png", folder / "samples" / "deep" / ".b.77.old.tmp" / "c.png"]
    for file in (*kept, *gone):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (folder / "samples" / "link").symlink_to(elsewhere)
    with held(folder, "samples", "missing"):
        assert contents(folder) == {"samples", "other"}
    assert all(file.exists() for file in kept) and not any(file.exists() for file in gone)
    assert not (folder / "samples" / "deep" / ".b.77.old.tmp").exists()


def test_what_a_killed_process_left_is_no_content_and_goes_unless_another_holds_the_folder(tmp_path: Path) -> None:
    left = {".lock", ".holder", ".run.77.tmp.json"}
    for name in left:
        (tmp_path / name).touch()
    assert contents(tmp_path) == set()
    with held(tmp_path):
        (tmp_path / ".run.78.tmp.json").touch()
        tidy(tmp_path)
        assert {path.name for path in tmp_path.iterdir()} == {".lock", ".holder", ".run.78.tmp.json"}
    tidy(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_of_one_process_are_refused_too_and_an_error_lets_go(tmp_path: Path) -> None:
    with pytest.raises(BusyError, match=f"process {os.getpid()} on"), held(tmp_path), held(tmp_path):
        pass
    with held(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_whoever_waits_for_a_lock_that_goes_does_not_get_the_old_one(tmp_path: Path) -> None:
    """Many take turns: were the lock's file removed under one that then takes it, two would be in at once."""
    program = """
import sys, time
from pathlib import Path
from motionkit.interfaces.errors import BusyError
from motionkit.io.hold import held
folder, done = Path(sys.argv[1]), 0
while done < 40:
    try:
        with held(folder):
            (folder / "inside").touch(exist_ok=False)
            (folder / "inside").unlink()
            done += 1
    except BusyError:
        time.sleep(0.0005)
"""
    processes = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path)]) for _ in range(3)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
