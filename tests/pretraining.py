"""A tiny run packed as a pretrained one, in a root of its own."""

import runpy
from pathlib import Path

import pytest

from motionkit.io import pretrained
from motionkit.io.run import RunFolder

PACKING = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "pack_run.py"), run_name="imported")
"""The script that packs runs."""


@pytest.fixture
def tiny_pretrained(tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """``pretrained:tiny``; and the test stands in an empty folder."""
    root = tmp_path / "package"
    PACKING["pack"](RunFolder.open(tiny_run), root / "tiny", "# tiny\n")
    monkeypatch.setattr(pretrained, "root", lambda: root)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return "pretrained:tiny"
