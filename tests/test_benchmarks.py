"""The benchmark scripts import what is there, and three do in small what they say; their figures are nobody's test."""

import json
import runpy
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from benchmarking import TINY, TINY_VIDEO
from PIL import Image
from real_people import without_encoder

from motionkit.numerics import fitting

SCRIPTS = sorted((Path(__file__).parents[1] / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_benchmark_can_be_started(script: Path) -> None:
    names = runpy.run_path(str(script), run_name="imported")
    assert callable(names["main"]) and names["__doc__"]


def run(name: str, monkeypatch: pytest.MonkeyPatch, *words: object) -> None:
    """Run a script as if from a shell, in this process."""
    script = next(script for script in SCRIPTS if script.stem == name)
    monkeypatch.setattr(sys, "argv", [script.name, *map(str, words)])
    runpy.run_path(str(script), run_name="__main__")


@pytest.fixture
def time_to_quality(tmp_path: Path, toys: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Runs that script with tiny systems; returns what it wrote."""
    settings = [*TINY, *TINY_VIDEO, "toys:blinker.image_size=16"]
    words = ["-n", 6, "--baselines", "toys:blinker", "--out", tmp_path / "out", "--json", tmp_path / "it.json"]
    words += [word for setting in settings for word in ("-o", setting)]

    def measured(*steps: int, more: Sequence[object] = ()) -> dict[str, Any]:
        run("time_to_quality", monkeypatch, "--steps", *steps, *words, *more)
        document: dict[str, Any] = json.loads((tmp_path / "it.json").read_text())
        return document

    return measured


def test_one_training_of_each_system_is_measured_as_it_goes_on(
    time_to_quality: Callable[..., dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = time_to_quality(1, 3)
    ours, other = document["figures"]["ode+compose"], document["figures"]["toys:blinker"]
    assert [point["steps"] for point in ours] == [{"motion": 1, "render": 1}, {"motion": 3, "render": 3}]
    assert 0 < ours[0]["minutes"] < ours[1]["minutes"]
    assert ours[0]["video_frechet"]["value"] != ours[1]["video_frechet"]["value"]
    assert 0 <= ours[1]["keypoints_followed"]["value"] <= 1
    assert other[1]["keypoints_followed"] == "the generator knows no keypoints"
    assert {"hardware", "versions", "settings"} <= document.keys()
    assert capsys.readouterr().out.count("toys:blinker  ") >= 2
    assert Image.open(tmp_path / "out" / "time-to-quality.png").size[0] > 500
    earlier, later = (tmp_path / "out" / name / "runs" / "renderer-compose-seed0" for name in ("steps-1", "steps-3"))
    assert (earlier / "renderer.safetensors").read_bytes() != (later / "renderer.safetensors").read_bytes()
    assert (later / "render.state.pt").exists() and not (earlier / "render.state.pt").exists()

    kept = {path: path.stat().st_mtime_ns for path in later.glob("*.safetensors")}
    again = time_to_quality(1, 3, 4)["figures"]["ode+compose"]
    assert again[:2] == ours
    assert again[2]["steps"] == {"motion": 4, "render": 4}
    assert kept == {path: path.stat().st_mtime_ns for path in later.glob("*.safetensors")}

    alone = (tmp_path / "out" / "time-to-quality.png").read_bytes()
    (tmp_path / "before.json").write_text(json.dumps({"figures": {"measured before": ours}}))
    beside = time_to_quality(1, 3, 4, more=("--beside", tmp_path / "before.json"))
    assert "measured before" not in beside["figures"]
    assert (tmp_path / "out" / "time-to-quality.png").read_bytes() != alone


def test_moments_that_do_not_follow_each_other_are_refused(
    time_to_quality: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        time_to_quality(3, 1)
    assert "--steps must ascend" in capsys.readouterr().err


def test_the_motion_of_a_run_is_measured_by_the_clips_that_are_asked_for(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {}
    for name, options in {"chosen by": (), "reported by": ("--seed", 1, "-o", "data.seed=7")}.items():
        words = ("-n", 24, "-o", "horizon.starts=[0,2]", "-o", "protocol.resamples=3", *options)
        run("motion_quality", monkeypatch, tiny_run, "--json", tmp_path / "it.json", *words)
        found[name] = json.loads((tmp_path / "it.json").read_text())
    document = found["reported by"]
    assert document["protocol"]["seed"] == 1 and document["data"]["config"]["seed"] == 7
    assert list(document["figures"]) == [
        "trajectory_frechet", "acceleration", "jerk", "bone_constancy", "horizon", "repetition"
    ]  # fmt: skip
    assert list(document["figures"]["horizon"]["pieces"]) == ["from 0 s", "from 2 s", "real"]
    for name, figures in document["figures"].items():
        assert figures["real"] != found["chosen by"]["figures"][name]["real"], name
    assert "from 2 s" in capsys.readouterr().out


def test_motions_played_again_are_measured_beside_the_guesses_of_who_knows_no_model(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fitting, "STEPS", 3)
    words = ("-n", 12, "--resamples", 20, "--json", tmp_path / "it.json")
    run("encoding_quality", monkeypatch, tiny_run, *words)
    document = json.loads((tmp_path / "it.json").read_text())
    figures = document["figures"]
    assert {task: list(guesses)[1:] for task, guesses in figures.items()} == {
        "own times": ["its code alone"],
        "every 2nd frame": ["its code alone", "straight lines", "cubic spline"],
        "every 4th frame": ["its code alone", "straight lines", "cubic spline"],
        "the second after": ["its code alone", "standing still", "constant velocity"],
    }
    # Made people move smoothly: who knows more of their frames, and bends between them, is nearer.
    lines, splines = (
        [figures[task][who]["error"] for task in ("every 2nd frame", "every 4th frame")]
        for who in ("straight lines", "cubic spline")
    )
    assert 0 < lines[0] < lines[1] and 0 < splines[0] < lines[0]
    for guesses in figures.values():
        for who, entry in guesses.items():
            assert entry["95 %"][0] < entry["error"] < entry["95 %"][1]
            if who != "the run":
                above = entry["above the run's"]
                assert above["error"] == pytest.approx(entry["error"] - guesses["the run"]["error"], abs=1e-6)
    assert document["sample"]["clips"] == 12 and {"hardware", "versions", "run"} <= document.keys()
    assert "the second after   standing still" in capsys.readouterr().out

    run("encoding_quality", monkeypatch, tiny_run, *words, "-o", "data.seed=7")
    others = json.loads((tmp_path / "it.json").read_text())["figures"]
    assert others["own times"]["the run"]["error"] != figures["own times"]["the run"]["error"]


def test_a_run_that_reads_no_motion_is_refused(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without = without_encoder(tiny_run, "motion", tmp_path / "run")
    with pytest.raises(SystemExit):
        run("encoding_quality", monkeypatch, without)
    assert "trained without an encoder of motion" in " ".join(capsys.readouterr().err.split())
