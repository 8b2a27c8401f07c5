"""A tiny run packed as a pretrained one, in a root of its own."""

from pathlib import Path

import pytest

from motionkit.io import pretrained
from motionkit.runs.card import publish
from motionkit.runs.run import Run


@pytest.fixture
def tiny_pretrained(tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """``pretrained:tiny``; and the test stands in an empty folder."""
    root = tmp_path / "package"
    publish(Run.open(tiny_run), root / "tiny", "pretrained:tiny", half=True)
    monkeypatch.setattr(pretrained, "root", lambda: root)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return "pretrained:tiny"
