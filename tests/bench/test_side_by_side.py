"""Benchmarks by many workers: what is found is what one process finds, whatever worker is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from benchmarking import COMMAND, TINY, Bench, found
from deadly import train_or_die

from motionkit.bench import side_by_side
from motionkit.interfaces import ConfigError

STATES = ("motion.safetensors", "motion_encoder.safetensors")


def check_same(folder: Path, whole: Path) -> None:
    """The same weights, scores and report."""
    assert found(folder) == found(whole)
    for run in (whole / "runs").iterdir():
        for name in STATES:
            assert (folder / "runs" / run.name / name).read_bytes() == (run / name).read_bytes()
    assert {file.name for file in (folder / "scores").iterdir()} == {file.name for file in (whole / "scores").iterdir()}
    assert not list(folder.rglob(".lock"))


def test_two_workers_find_what_one_process_finds_and_go_on_where_one_was_killed(
    whole: Path, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(side_by_side, "train_one", train_or_die)
    folder = tmp_path / "report"
    assert bench(*COMMAND, "--workers", 2, "--out", folder) == 0
    killed = folder / "killed"
    assert killed.read_text() == "gone on with at step 3"
    killed.unlink()
    check_same(folder, whole)
    told = capsys.readouterr().err
    assert "[4/4]" in told and told.count("measured ") == 4


def test_workers_may_have_processes_of_their_own_that_read_ahead(bench: Bench, tmp_path: Path) -> None:
    words = ["--stage", "motion", "--seeds", 2, "--steps", 1, "--metrics", "acceleration"]
    assert bench(*words, "--workers", 2, "--out", tmp_path / "report", settings=[*TINY, "loop.workers=1"]) == 0


def test_workers_of_two_kinds_are_refused_before_anything_is_made(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="leave out --workers"):
        bench(*COMMAND, "--workers", 2, "--scheduler", "tcp://127.0.0.1:1", "--out", tmp_path / "report")
    assert not (tmp_path / "report").exists()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    quiet = {"dashboard_address": None, "silence_logs": 50}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=2, **quiet) as cluster:
        yield cluster


@pytest.mark.slow
def test_a_cluster_finds_what_one_process_finds_and_goes_on_where_a_worker_was_killed(
    whole: Path, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: Any
) -> None:
    monkeypatch.setattr(side_by_side, "train_one", train_or_die)
    monkeypatch.chdir(tmp_path)  # where the workers are not
    assert bench(*COMMAND, "--scheduler", cluster.scheduler_address, "--out", "report") == 0
    killed = tmp_path / "report" / "killed"
    assert killed.read_text() == "gone on with at step 3"
    killed.unlink()
    check_same(tmp_path / "report", whole)
