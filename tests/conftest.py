"""What many tests share: the command line as a subprocess, a small run, and others' plugins."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine, tiny
from pretraining import tiny_pretrained

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


@pytest.fixture(scope="session")
def motionkit() -> CommandLine:
    """Runs ``motionkit WORDS...`` in a subprocess; fails the test on a traceback, whatever the status is."""

    def run(*words: object, status: int = 0, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "motionkit", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env={**os.environ, **env}, timeout=300)
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == status, f"{command} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done

    return run


@pytest.fixture(scope="session")
def tiny_run(motionkit: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of both stages. Shared by tests, so copy it before changing it."""
    path = tmp_path_factory.mktemp("runs") / "tiny"
    motionkit("train", "--out", path, "--steps", 6, *tiny("loop.checkpoint_every=3"))
    return path


@pytest.fixture(scope="session")
def toyplugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to put on the import path, with the distribution in tests/toyplugin installed as any other is."""
    source = tmp_path_factory.mktemp("source") / "toyplugin"
    shutil.copytree(Path(__file__).parent / "toyplugin", source)  # setuptools builds inside the source
    folder = tmp_path_factory.mktemp("site")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A third party's distribution with a motion model and a generator is installed."""
    folder = tmp_path / "site" / "toys-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: toys\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(TOYS)
    monkeypatch.syspath_prepend(str(folder.parent))
