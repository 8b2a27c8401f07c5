"""What many tests share: the command line, in this process or in one of its own, a small run, others' plugins."""

import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
import torch
from command_line import CommandLine, checked, tiny, whole_program
from installing import install
from pretraining import tiny_pretrained

from motionkit.cli import main

__all__ = ["tiny_pretrained"]

TOYS = """[motionkit.motion]
swing = motionkit.testing.toys:ToyMotion
unimportable = not_installed:Motion
twin = motionkit.testing.toys:ToyMotion

[motionkit.generator]
blinker = motionkit.testing.toys:ToyGenerator
twin = motionkit.testing.toys:ToyGenerator
"""


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """Tiny networks lose more at thread barriers than they gain; subprocesses take it from the environment."""
    os.environ["OMP_NUM_THREADS"] = "1"
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def motionkit_process() -> CommandLine:
    """Runs ``motionkit WORDS...`` in a process of its own, with the environment variables that are named besides."""

    def run(*words: object, status: int = 0, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "motionkit", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env={**os.environ, **env}, timeout=300)
        return checked(done, status)

    return run


@pytest.fixture(scope="session")
def motionkit() -> CommandLine:
    """Runs ``motionkit WORDS...`` as the program does, but in this process, which has imported what that would import.

    Like :func:`motionkit_process` it fails the test on a traceback, whatever the status is.
    """

    def run(*words: object, status: int = 0, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        code: object = 0
        with whole_program(words, cwd, env) as (stdout, stderr):
            try:
                main()
            except SystemExit as end:
                code = end.code
            except BaseException:
                traceback.print_exc()
                code = 1
        out, err = (stream.buffer.getvalue().decode() for stream in (stdout, stderr))
        return checked(subprocess.CompletedProcess(["motionkit", *words], int(code or 0), out, err), status)

    return run


@pytest.fixture(scope="session")
def tiny_run(motionkit: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of both stages. Shared by tests, so copy it before changing it."""
    path = tmp_path_factory.mktemp("runs") / "tiny"
    motionkit("train", "--out", path, "--steps", 6, *tiny("loop.checkpoint_every=3"))
    return path


@pytest.fixture(scope="session")
def toyplugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to put on the import path, with the distribution in tests/toyplugin installed."""
    folder = tmp_path_factory.mktemp("site")
    install(Path(__file__).parent / "toyplugin", folder)
    return folder


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A third party's distribution with a motion model and a generator is installed."""
    folder = tmp_path / "site" / "toys-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: toys\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(TOYS)
    monkeypatch.syspath_prepend(str(folder.parent))
