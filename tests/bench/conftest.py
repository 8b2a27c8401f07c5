"""What tests of benchmarks share: the command in this process, a finished benchmark, and a third party's plugins."""

import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarking import COMMAND, TINY, Bench

from motionkit.cli import cli

TOYS = """[motionkit.motion]
swing = motionkit.testing.toys:ToyMotion
unimportable = not_installed:Motion
twin = motionkit.testing.toys:ToyMotion

[motionkit.generator]
blinker = motionkit.testing.toys:ToyGenerator
twin = motionkit.testing.toys:ToyGenerator
"""


@pytest.fixture(scope="session")
def bench() -> Bench:
    """Runs ``motionkit bench WORDS...`` with tiny settings; returns the exit status."""

    def run(*words: object, settings: list[str] = TINY) -> int:
        options = [word for setting in settings for word in ("-o", setting)]
        try:
            cli.main(["bench", *map(str, words), "-n", "6", *options], prog_name="motionkit", standalone_mode=False)
        except SystemExit as stop:
            assert isinstance(stop.code, int)
            return stop.code
        return 0

    return run


@pytest.fixture
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A third party's distribution with a motion model and a generator is installed."""
    folder = tmp_path / "site" / "toys-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: toys\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(TOYS)
    monkeypatch.syspath_prepend(str(folder.parent))


@pytest.fixture(scope="session")
def whole(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished benchmark of stage I with two seeds. Shared by tests, so copy it before changing it."""
    folder = tmp_path_factory.mktemp("whole") / "report"
    assert bench(*COMMAND, "--out", folder) == 0
    return folder


@pytest.fixture(autouse=True)
def untouched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a command changes for its process is put back."""
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)
    sys.modules.pop("not_installed", None)
