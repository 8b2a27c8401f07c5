"""``python -m motionkit_mediapipe.install``: what it runs, and where it says that it can't."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
from motionkit_mediapipe import install


def test_pip_is_asked_for_mediapipe_alone(monkeypatch, capsys):
    ran = []
    monkeypatch.setattr(sys, "version_info", (3, 12, 1))
    monkeypatch.setattr(subprocess, "run", lambda command: ran.append(command) or SimpleNamespace(returncode=0))
    install.main()
    (command,) = ran
    assert command[:3] == [sys.executable, "-m", "pip"] and command[-2:] == ["--no-deps", "mediapipe==0.10.14"]
    assert "without its dependencies" in capsys.readouterr().out


def test_what_pip_ends_with_it_ends_with(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 12, 1))
    monkeypatch.setattr(subprocess, "run", lambda _: SimpleNamespace(returncode=3))
    with pytest.raises(SystemExit) as end:
        install.main()
    assert end.value.code == 3


def test_a_python_that_it_was_not_built_for_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    with pytest.raises(SystemExit, match=r"was built for Python 3\.10 to 3\.12, and this is 3\.13; other detectors"):
        install.main()
