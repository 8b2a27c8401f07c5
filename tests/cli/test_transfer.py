from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import here
from PIL import Image

from motionkit.interfaces import RunError
from motionkit.io.run import RunFolder

SHORT = ["-n", 1, "--seconds", 0.25, "--fps", 8]


@pytest.fixture(scope="module")
def moving(tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of stage I alone."""
    original = RunFolder.open(tiny_run)
    components = {role: choice for role, choice in original.document["components"].items() if role != "renderer"}
    return remade(original, tmp_path_factory.mktemp("runs") / "moving", components=components)


def remade(original: RunFolder, path: Path, **changes: Any) -> Path:
    """The run's motion in another folder, whose run.json differs."""
    document = {key: value for key, value in original.document.items() if key != "format"}
    run = RunFolder.create(path, document | changes)
    for role in ("motion", "motion_encoder"):
        run.save_weights(role, original.load_weights(role), 1)
    return path


def panels(frame: Path, count: int) -> list[np.ndarray]:
    picture = np.array(Image.open(frame)).astype(int)
    return [picture[:, n * 258 : n * 258 + 256] for n in range(count)]


def test_the_first_and_last_panel_are_each_run_on_its_own(tiny_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    here("transfer", "--motion", tiny_run, "--renderer", tiny_run, *SHORT, "--format", "png", "--out", out)
    here("generate", tiny_run, *SHORT, "--format", "png", "--out", tmp_path)
    own, keypoints, drawn = panels(out / "clip-000" / "frame-00001.png", 3)
    alone = np.array(Image.open(tmp_path / "clip-000" / "frame-00001.png")).astype(int)
    assert np.abs(own[8::16, 8::16] - alone).max() <= 1
    assert np.array_equal(own, drawn)  # one run, one seed: the same appearance
    assert (keypoints == 0).mean() > 0.5 and keypoints.max() > 200  # a stick figure on black


def test_a_run_without_a_renderer_lends_its_motion(
    tiny_run: Path, moving: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here("transfer", "--motion", moving, "--renderer", tiny_run, *SHORT, "--out", tmp_path)
    assert "1 clips of 2 frames" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {"clip-000.mp4", "contact-sheet.png", ".made"}


def test_runs_that_lack_the_part_are_told(tiny_run: Path, moving: Path) -> None:
    with pytest.raises(RunError, match="trained no renderer; name a run that did"):
        here("transfer", "--motion", tiny_run, "--renderer", moving, *SHORT)


def test_two_skeletons_that_differ_are_told(tiny_run: Path, moving: Path, tmp_path: Path) -> None:
    original = RunFolder.open(moving)
    skeleton = original.document["skeleton"] | {"name": "horse-17"}
    other = remade(original, tmp_path / "other", skeleton=skeleton)
    with pytest.raises(RunError, match="makes the keypoints of horse-17, but the renderer draws those of coco-17"):
        here("transfer", "--motion", other, "--renderer", tiny_run, *SHORT)
