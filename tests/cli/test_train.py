import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine, tiny


def test_leaves_a_whole_run_folder(tiny_run: Path) -> None:
    names = {path.name for path in tiny_run.iterdir()}
    assert names == {
        "run.json", "motion.safetensors", "renderer.safetensors", "motion.state.pt", "render.state.pt", "events",
        "samples",
    }  # fmt: skip
    document = json.loads((tiny_run / "run.json").read_text())
    assert document["components"]["motion"]["name"] == "ode"
    assert document["components"]["motion"]["config"]["hidden"] == 8
    assert document["components"]["motion"]["distribution"] == "motionkit"
    assert {path.name for path in (tiny_run / "samples").iterdir()} >= {"motion-000006.png", "render-000006.png"}
    assert list((tiny_run / "events" / "motion").glob("events*"))


def test_the_same_command_gives_the_same_bytes(tiny_run: Path, motionkit: CommandLine, tmp_path: Path) -> None:
    motionkit("train", "--out", tmp_path / "again", "--steps", 6, *tiny("loop.checkpoint_every=3"))
    for name in ("run.json", "motion.safetensors", "renderer.safetensors", "samples/render-000006.png"):
        assert (tmp_path / "again" / name).read_bytes() == (tiny_run / name).read_bytes()


@pytest.mark.parametrize("stage", ["motion", "render"])
def test_either_stage_trains_alone(motionkit: CommandLine, tmp_path: Path, stage: str, tiny_run: Path) -> None:
    motionkit("train", "--out", tmp_path / "run", "--stage", stage, "--steps", 6, *tiny("loop.checkpoint_every=3"))
    document = json.loads((tmp_path / "run" / "run.json").read_text())
    assert list(document["stages"]) == [stage]
    # The stages share nothing, so each is what it is in a run of both: the same components, to the last setting.
    both = json.loads((tiny_run / "run.json").read_text())
    assert all(both["components"][role] == choice for role, choice in document["components"].items())


def test_a_settings_file_and_overrides_reach_every_field(motionkit: CommandLine, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("motion: {name: rnn, hidden: 24}\nmotion_stage: {horizon: 1.5}\n")
    out = tmp_path / "run"
    options = ["--stage", "motion", "--steps", 1, "--config", settings, "-o", "motion.hidden=8"]
    motionkit("train", "--out", out, *options, "-o", "data.clips=8", "-o", "motion_stage.batch=2")
    document = json.loads((out / "run.json").read_text())
    assert document["components"]["motion"]["name"] == "rnn"
    assert document["components"]["motion"]["config"]["hidden"] == 8
    assert document["stages"]["motion"]["horizon"] == 1.5


def test_minutes_are_a_budget_too(motionkit: CommandLine, tmp_path: Path) -> None:
    motionkit("train", "--out", tmp_path / "run", "--stage", "motion", "--minutes", 0.01, *tiny())
    assert (tmp_path / "run" / "motion.safetensors").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--motion", "oed"], "ode"),
        (["--renderer", "ode"], "compose"),
        (["--data", "no-such-data"], "no-such-data"),
        (["-o", "motion.hiden=3"], "motion.hidden"),
        (["-o", "motoin.hidden=3"], "motion"),
        (["-o", "motion.hidden=wide"], "motion.hidden"),
        (["-o", "motion.hidden"], "motion.hidden"),
        (["-o", "renderer.widths=[8]"], "widths"),
        (["-o", "motion=3"], "section"),
        (["--motion-discriminator", "video"], "judges video"),
        (["--config", "missing.yaml"], "missing.yaml"),
        (["-o", "data.seconds=0.1"], "frames"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    motionkit: CommandLine, tmp_path: Path, options: list[str], message: str
) -> None:
    done = motionkit("train", "--out", tmp_path / "run", "--steps", 1, *options, status=1)
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not (tmp_path / "run").exists()


def test_an_existing_run_is_not_overwritten(motionkit: CommandLine, tiny_run: Path) -> None:
    before = (tiny_run / "run.json").read_bytes()
    done = motionkit("train", "--out", tiny_run, "--steps", 1, *tiny(), status=1)
    assert "--resume" in done.stderr
    assert (tiny_run / "run.json").read_bytes() == before


def test_a_resumed_run_keeps_its_settings(motionkit: CommandLine, tiny_run: Path) -> None:
    done = motionkit("train", "--resume", tiny_run, "--motion", "rnn", status=1)
    assert "--motion can't go with --resume" in done.stderr


def test_what_is_not_a_run_cannot_be_resumed(motionkit: CommandLine, tmp_path: Path) -> None:
    assert "not a run folder" in motionkit("train", "--resume", tmp_path, status=1).stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; the full disk below stands for it")
def test_a_read_only_folder_is_told(motionkit: CommandLine, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "ermission" in motionkit("train", "--out", tmp_path / "run", "--steps", 1, *tiny(), status=1).stderr


def test_a_file_where_a_folder_should_be_is_told(motionkit: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "file" in motionkit("train", "--out", tmp_path / "file" / "run", "--steps", 1, *tiny(), status=1).stderr


def test_a_full_disk_is_told_and_what_was_saved_stays(tiny_run: Path, tmp_path: Path) -> None:
    """The limit on a file's size stands for a disk that fills up while a checkpoint is written."""
    run = shutil.copytree(tiny_run, tmp_path / "run")
    limit = 4096
    program = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        f"sys.argv = ['motionkit', 'train', '--resume', {str(run)!r}, '--steps', '9'];"
        "from motionkit.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr
    for name in ("motion.safetensors", "motion.state.pt", "renderer.safetensors"):
        assert (run / name).read_bytes() == (tiny_run / name).read_bytes()
