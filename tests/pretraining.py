"""A tiny run packed as a pretrained one, in a root of its own."""

from pathlib import Path

import pytest

from motionkit.io import pretrained
from motionkit.io.run import RunFolder


def packed(run: Path, root: Path, name: str) -> Path:
    """The run with weights in half precision and without a training state, among the pretrained runs of a root."""
    original = RunFolder.open(run)
    folder = RunFolder.create(root / name, {key: it for key, it in original.document.items() if key != "format"})
    for file in run.glob("*.safetensors"):
        weights = original.load_weights(file.stem)
        folder.save_weights(file.stem, {k: it.half() if it.is_floating_point() else it for k, it in weights.items()}, 6)
    return folder.path


@pytest.fixture
def tiny_pretrained(tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """``pretrained:tiny``; and the test stands in an empty folder."""
    root = tmp_path / "package"
    packed(tiny_run, root, "tiny")
    monkeypatch.setattr(pretrained, "root", lambda: root)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return "pretrained:tiny"
