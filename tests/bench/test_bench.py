"""Benchmarks from beginning to end: what they write, what they keep, and what becomes of failures."""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from benchmarking import COMMAND, TINY, TINY_VIDEO, Bench, found
from films import films, prepared

from motionkit.bench import bench as bench_module
from motionkit.interfaces import BusyError, NonFiniteError, RunError
from motionkit.io.hold import held
from motionkit.training.progress import StageProgress

STAGE_I = ("--stage", "motion", "--steps", 6, "--metrics", "trajectory_frechet")
RECORDED = [setting for setting in TINY if not setting.startswith("data.")]


def outcome(folder: Path, system: str, seed: int | None = 0) -> dict[str, Any]:
    [it] = [it for it in found(folder)["outcomes"] if (it["system"], it["seed"]) == (system, seed)]
    return it


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_every_system_and_seed_is_measured_and_reported(whole: Path) -> None:
    results = found(whole)
    assert [(it["system"], it["seed"]) for it in results["outcomes"]] == [
        ("ode", 0), ("ode", 1), ("rnn", 0), ("rnn", 1),
    ]  # fmt: skip
    trials = {f"motion-{name}-seed{seed}" for name in ("ode", "rnn") for seed in (0, 1)}
    assert {folder.name for folder in (whole / "runs").iterdir()} == trials == set(results["experiments"])
    assert all(it["training"][0]["steps"] == 6 and it["error"] is None for it in results["outcomes"])
    summary = results["summary"]["trajectory_frechet"]
    values = [it["scores"]["trajectory_frechet"]["value"] for it in results["outcomes"]]
    assert summary["ode"]["values"] == values[:2] and summary["ode"]["value"] == pytest.approx(sum(values[:2]) / 2)
    assert len(set(values)) == 4
    assert len({it["scores"]["trajectory_frechet"]["floor"] for it in results["outcomes"]}) == 1
    text = (whole / "report.md").read_text()
    assert f"{summary['rnn']['value']:.4g}" in text and f"{summary['ode']['floor']:.4g}" in text
    pictures = [line.partition("](")[2].rstrip(")") for line in text.splitlines() if line.startswith("![")]
    assert "plots/trajectory_frechet.png" in pictures and "plots/motion.png" in pictures
    assert all((whole / picture).read_bytes().startswith(b"\x89PNG") for picture in pictures)


def test_interrupted_and_gone_on_with_it_finds_the_same(
    whole: Path, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, steps = tmp_path / "report", iter(range(1, 100))
    with monkeypatch.context() as patch:
        # Ctrl-C after the fourth step of the second trial, which is noticed after the fifth.
        patch.setattr(
            StageProgress, "advance", lambda *_: os.kill(os.getpid(), signal.SIGINT) if next(steps) == 10 else None
        )
        assert bench(*COMMAND, "--out", folder) == 130
    assert "step 5" in capsys.readouterr().err
    assert {it.name for it in (folder / "runs").iterdir()} == {"motion-ode-seed0", "motion-rnn-seed0"}
    left = [
        folder / "runs" / "motion-ode-seed0" / ".lock",  # by a kill after its last step
        folder / "runs" / "motion-ode-seed0" / "samples" / ".motion-000006.77.tmp.png",
        folder / "runs" / "motion-ode-seed1" / ".run.77.tmp.json",  # and before its first
        folder / "scores" / ".motion-ode-seed0.77.tmp.json",
    ]
    assert not (folder / "results.json").exists()
    finished = contents(folder / "runs" / "motion-ode-seed0")
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.touch()
    assert bench(*COMMAND, "--out", folder) == 0
    assert found(folder) == found(whole)
    assert not any(file.exists() for file in left)
    assert contents(folder / "runs" / "motion-ode-seed0") == finished


def test_finished_runs_that_are_put_in_place_are_kept_and_others_refused(
    whole: Path, bench: Bench, tmp_path: Path
) -> None:
    folder = tmp_path / "report"
    (folder / "runs").mkdir(parents=True)
    shutil.copytree(whole / "runs" / "motion-ode-seed0", folder / "runs" / "motion-ode-seed0")
    assert bench("--stage", "motion", "--steps", 3, "--metrics", "trajectory_frechet", "--out", folder) == 0
    assert outcome(folder, "ode")["training"][0]["steps"] == 6  # at least what was asked
    assert outcome(folder, "ode")["scores"].items() <= outcome(whole, "ode")["scores"].items()

    shutil.rmtree(folder / "runs" / "motion-ode-seed0")
    (folder / "runs" / "motion-ode-seed0").symlink_to(whole / "runs" / "motion-ode-seed1")
    with pytest.raises(RunError, match="its seed differ"):
        bench("--stage", "motion", "--steps", 3, "--metrics", "trajectory_frechet", "--out", folder)


def test_another_benchmark_and_a_folder_of_something_else_are_refused(
    whole: Path, bench: Bench, tmp_path: Path
) -> None:
    with pytest.raises(RunError, match="another benchmark"):
        bench(*COMMAND, "--preset", "paper", "--out", whole)
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(RunError, match="no benchmark"):
        bench(*STAGE_I, "--out", tmp_path)


def test_a_benchmark_that_is_at_work_is_not_done_by_another(whole: Path, bench: Bench, tmp_path: Path) -> None:
    folder = shutil.copytree(whole, tmp_path / "report")
    with held(folder), pytest.raises(BusyError, match="report is being written by process"):
        bench(*COMMAND, "--out", folder)


def test_a_run_is_compared_as_it_is(whole: Path, bench: Bench, tmp_path: Path) -> None:
    shutil.copytree(whole / "runs" / "motion-rnn-seed1", tmp_path / "mine")
    assert bench(*STAGE_I, "--run", tmp_path / "mine", "--out", tmp_path / "report") == 0
    assert outcome(tmp_path / "report", "mine", None)["scores"].items() <= outcome(whole, "rnn", 1)["scores"].items()


def test_failures_are_rows_that_say_why_and_the_rest_goes_on(
    bench: Bench, tmp_path: Path, toys: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_trial = bench_module.train_trial

    def train_or_fail(plan: Any, trial: Any, path: Path) -> Any:
        if trial.component == "sde":
            raise NonFiniteError("the motion stage became infinite or NaN at step 3")
        if trial.component == "rnn":
            raise ValueError("a third party's\nmistake")
        return train_trial(plan, trial, path)

    monkeypatch.setattr(bench_module, "train_trial", train_or_fail)
    baselines = ("nope", "unimportable", "blinker", "sde", "rnn", "swing")
    words = [word for name in baselines for word in ("--baseline", name)]
    folder = tmp_path / "report"
    assert bench(*words, *STAGE_I, "--out", folder, settings=[*TINY, "swing.hiden=3"]) == 0
    assert outcome(folder, "ode")["error"] is None
    assert "there is no motion model or generator 'nope'" in outcome(folder, "nope", None)["error"]
    assert "--stage both" in outcome(folder, "blinker", None)["error"]
    assert "not_installed" in outcome(folder, "unimportable")["error"]
    assert "infinite or NaN at step 3" in outcome(folder, "sde")["error"]
    assert "ValueError: a third party's mistake" in outcome(folder, "rnn")["error"]
    assert "Traceback" in (folder / "errors" / "motion-rnn-seed0.txt").read_text()
    assert "motion.hiden is not a setting" in outcome(folder, "swing")["error"]
    text = (folder / "report.md").read_text()
    assert "failed: there is no motion model or generator 'nope'" in text and "infinite or NaN at step 3" in text


def test_the_status_says_that_the_candidate_failed(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: Path
) -> None:
    def fail(plan: Any, trial: Any, path: Path) -> Any:
        raise NonFiniteError("NaN")

    shutil.copytree(whole / "runs" / "motion-rnn-seed0", tmp_path / "given")
    monkeypatch.setattr(bench_module, "train_trial", fail)
    folder = tmp_path / "report"
    assert bench(*STAGE_I, "--run", tmp_path / "given", "--out", folder) == 1
    assert outcome(folder, "ode")["error"] is not None and outcome(folder, "given", None)["error"] is None


def test_a_third_partys_motion_model_and_generator_by_name(bench: Bench, tmp_path: Path, toys: None) -> None:
    folder = tmp_path / "report"
    words = ("--baseline", "swing", "--baseline", "toys:blinker", "--metrics", "trajectory_frechet,frame_ssim")
    settings = [*TINY, *TINY_VIDEO, "toys:blinker.image_size=16"]
    assert bench(*words, "--steps", 3, "--out", folder, settings=settings) == 0
    names = {path.name for path in (folder / "runs").iterdir()}
    # One renderer serves both motion models.
    assert names == {"motion-ode-seed0", "motion-swing-seed0", "renderer-compose-seed0", "generator-toys-blinker-seed0"}
    for system in ("ode+compose", "swing+compose"):
        assert {name: isinstance(it, dict) for name, it in outcome(folder, system)["scores"].items()} == {
            "trajectory_frechet": True, "frame_ssim": True,
        }  # fmt: skip
    scores = outcome(folder, "toys:blinker")["scores"]
    assert scores["frame_ssim"]["n_generated"] == 6
    assert scores["trajectory_frechet"] == "the generator knows no keypoints"
    assert json.loads((folder / "results.json").read_text())["protocol"]["size"] == 16


def test_the_pendulum_sets_data_stage_and_metrics_and_draws_its_figure(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    assert bench("--baseline", "rnn", "--task", "pendulum", "--steps", 3, "--out", folder) == 0
    results = found(folder)
    assert results["experiments"]["motion-ode-seed0"]["components"]["data"]["name"] == "pendulum"
    for score in results["summary"]["pendulum_residual"].values():
        assert score["floor"] < 1e-3 < score["value"]
    assert "plots/swings.png" in (folder / "report.md").read_text()


def test_recorded_clips_with_fewer_frames_than_curves_have_points(bench: Bench, tmp_path: Path) -> None:
    prepared(films(tmp_path / "videos", "a", "b"), tmp_path / "clips")
    assert bench(*STAGE_I, "--data", tmp_path / "clips", "--out", tmp_path / "report", settings=RECORDED) == 0
    assert (tmp_path / "report" / "plots" / "motion.png").exists()
