"""``motionkit export``: keypoints for other programs, of a run and of a clip folder."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from command_line import here
from films import FPS, FRAMES, films, prepared

from motionkit.interfaces import ConfigError
from motionkit.io.clips import ClipFile


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two clips of 16 pixels, with a label each, of figures that do not move."""
    folder = tmp_path_factory.mktemp("prepared")
    prepared(films(folder / "in", "ann_wave", "bob_jack"), folder / "clips")
    return folder / "clips"


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.name != ".made"}


def test_a_run(tiny_run: Path, tmp_path: Path) -> None:
    options = ("-n", 2, "--seconds", 0.5, "--fps", 8, "--seed", 3)
    here("export", tiny_run, *options, "--out", tmp_path / "out")
    assert names(tmp_path / "out") >= {f"clip-00{n}{end}" for n in (0, 1) for end in (".mp4", ".keypoints.json")}
    here("generate", tiny_run, *options, "--format", "npz", "--out", tmp_path / "arrays")
    made = json.loads((tmp_path / "out" / "clip-001.keypoints.json").read_text())
    assert made["skeleton"] == "coco-17" and [frame["time"] for frame in made["frames"]] == [0, 0.125, 0.25, 0.375]
    pixels_TK2 = np.array([frame["keypoints"] for frame in made["frames"]])[..., :2]
    expected_TK2 = np.load(tmp_path / "arrays" / "clip-001.npz")["keypoints"]
    np.testing.assert_allclose((2 * pixels_TK2 + 1) / 16 - 1, expected_TK2, atol=1e-4)


def test_a_clip_folder(clip_folder: Path, tmp_path: Path) -> None:
    here("export", clip_folder, "--format", "csv", "--no-video", "--out", tmp_path)
    assert {"clip-000_wave.keypoints.csv", "clip-001_jack.keypoints.csv"} <= names(tmp_path)
    assert not list(tmp_path.glob("*.mp4"))
    with (tmp_path / "clip-001_jack.keypoints.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == FRAMES and float(rows[1]["time"]) == pytest.approx(1 / FPS)
    keypoints_TK2, confidence_TK = ClipFile(clip_folder / "clips/bob_jack.mp4/000.safetensors").poses(np.arange(1))
    nose = [float(rows[0][f"nose_{part}"]) for part in ("x", "y", "confidence")]
    assert nose == pytest.approx([*(((keypoints_TK2[0, 0] + 1) * 16 - 1) / 2), confidence_TK[0, 0]], abs=1e-3)


def test_what_has_no_keypoints_is_refused(tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from motionkit.two_stages import TwoStageGenerator

    monkeypatch.setattr(TwoStageGenerator, "skeleton", None)
    with pytest.raises(ConfigError, match="knows no keypoints"):
        here("export", tiny_run, "--out", tmp_path)
