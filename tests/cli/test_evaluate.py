import json
import re
import shutil
from pathlib import Path

import pytest
from command_line import CommandLine, tiny
from PIL import Image

from motionkit.cli.evaluate import evaluate
from motionkit.interfaces import MotionkitError
from motionkit.io.run import RunFolder

SMALL = ["-n", 6, "-o", "protocol.searched=8", "-o", "protocol.resamples=5"]


@pytest.fixture(scope="module")
def evaluated(motionkit: CommandLine, tiny_run: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("evaluated")
    return out, motionkit("evaluate", tiny_run, "--out", out, *SMALL).stdout


def test_all_that_can_be_had_is_measured_and_told(evaluated: tuple[Path, str], tiny_run: Path) -> None:
    out, told = evaluated
    document = json.loads((out / "scores.json").read_text())
    assert {"trajectory_frechet", "jerk", "frame_ssim", "memorisation", "offgrid_error"} <= document["scores"].keys()
    assert all(name in told for name in document["scores"])
    assert "weights" in document["left_out"]["lpips_diversity"]
    assert "without lpips_diversity: LPIPS needs AlexNet's weights" in told
    pieces = document["scores"]["horizon"]["pieces"]
    assert list(pieces) == ["from 0 s", "from 1 s", "from 3 s", "from 9 s", "real"]
    assert all(words in told for words in ("from 9 s", "largest coordinate", "repetition"))
    for score in document["scores"].values():
        assert score["low"] <= score["value"] <= score["high"]
        assert score["n_generated"] == 6
    assert document["run"] == RunFolder.open(tiny_run).document
    assert document["protocol"]["size"] == 16
    roles = ("motion", "motion_encoder", "renderer", "appearance_encoder")
    assert document["weights"].keys() == {f"{role}.safetensors" for role in roles}
    assert {"motionkit", "hardware", "versions", "metrics", "data"} <= document.keys()
    sizes = {path.stem: Image.open(path).size for path in out.glob("*.png")}
    assert sizes.keys() == {"real-above-generated", "spreads", "nearest-memorisation", "nearest-motion_memorisation"}


def test_the_same_command_writes_the_same_bytes(
    motionkit: CommandLine, tiny_run: Path, evaluated: tuple[Path, str], tmp_path: Path
) -> None:
    motionkit("evaluate", tiny_run, "--out", tmp_path, *SMALL)
    for path in evaluated[0].iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_a_run_of_stage_one_alone_is_scored_by_its_motion(
    motionkit: CommandLine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    motionkit("train", "--out", run, "--steps", 2, *tiny(stage="motion"))
    run_here(run, "--json", tmp_path / "it.json", *SMALL)
    told = capsys.readouterr().out
    assert "without frame_ssim: the generator makes no video" in told
    document = json.loads((tmp_path / "it.json").read_text())
    assert "velocity" in document["scores"]
    assert "frame_ssim" in document["left_out"]
    assert (run / "evaluation" / "real-above-generated.png").exists()


def run_here(*words: object) -> None:
    """In this process, which is quicker; errors are raised as the command line catches them."""
    evaluate.main([*map(str, words)], standalone_mode=False)


def test_data_metrics_and_settings_can_be_chosen(tiny_run: Path, tmp_path: Path) -> None:
    options = ["--data", "actions", "-o", "data.clips=4", "-o", "protocol.frames=5", "--metrics", "velocity,diversity"]
    with pytest.warns(UserWarning, match="6 real windows are drawn from 4 held-out clips"):
        run_here(tiny_run, "--out", tmp_path, *SMALL, "--seed", 3, *options)
    document = json.loads((tmp_path / "scores.json").read_text())
    assert list(document["scores"]) == ["velocity", "diversity"]
    assert document["data"]["config"]["clips"] == 4
    assert (document["protocol"]["frames"], document["protocol"]["seed"]) == (5, 3)
    assert document["scores"]["velocity"]["clips_real"] <= 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--metrics", "lpips_diversity"], "lpips_diversity.weights=FILE"),
        (["-o", "lpips_diversity.weights=none.pth"], "none.pth is not there"),
        (["--metrics", "velocty"], "did you mean velocity?"),
        (["-o", "velocty.unit=3"], "velocty is none of the metrics; did you mean velocity?"),
        (["-o", "velocity.unit=3"], "velocity.unit is not a setting of Velocity"),
        (["-o", "protocol.frams=3"], "did you mean protocol.frames?"),
        (["-o", "data.clips=3"], "settings of the data go with --data"),
        (["--data", "nowhere"], "there is no dataset 'nowhere'"),
        (["-o", "protocol.frames=300"], "no clip of the data is as long as a window"),
    ],
)
def test_bad_requests_are_told(tiny_run: Path, tmp_path: Path, options: list[str], message: str) -> None:
    with pytest.raises(MotionkitError, match=re.escape(message)):
        run_here(tiny_run, "--out", tmp_path, *SMALL, *options)


def test_a_damaged_run_is_told_on_one_line(motionkit: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    run = shutil.copytree(tiny_run, tmp_path / "run")
    (run / "renderer.safetensors").write_bytes(b"nonsense")
    done = motionkit("evaluate", run, status=1)
    assert "renderer.safetensors is damaged" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "is not a run folder" in motionkit("evaluate", tmp_path, status=1).stderr
