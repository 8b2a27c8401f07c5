"""What tests of benchmarks share: the command in this process, and a finished benchmark."""

import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarking import COMMAND, TINY, Bench

from motionkit.cli import cli


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
