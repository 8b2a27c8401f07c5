"""A run that is interrupted, killed or stopped by a full disk goes on to the very weights of one that was not."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import CommandLine, tiny

from motionkit.io.run import RunFolder

ROLES = ("motion", "motion_encoder", "renderer", "appearance_encoder")
WEIGHTS = [f"{role}.safetensors" for role in ROLES]
SETTINGS, MOTION = (tiny("loop.checkpoint_every=10", "loop.workers=1", stage=stage) for stage in ("both", "motion"))


@pytest.fixture(scope="module")
def whole(motionkit_process: CommandLine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "run"
    motionkit_process("train", "--out", path, "--steps", 40, *SETTINGS)
    return path


def start(path: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "motionkit", "train", "--out", str(path), "--steps", "40", *SETTINGS]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def wait_for(path: Path, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 120
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    "moment", ["samples/motion-000010.png", pytest.param("render.state.pt", marks=pytest.mark.slow)]
)
def test_killed_and_resumed_reaches_the_same_bytes(
    whole: Path, motionkit_process: CommandLine, tmp_path: Path, moment: str
) -> None:
    path = tmp_path / "run"
    process = start(path)
    wait_for(path / moment, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    motionkit_process("train", "--resume", path)
    for name in WEIGHTS:
        assert (path / name).read_bytes() == (whole / name).read_bytes(), f"{name} after a kill at {moment}"


def test_ctrl_c_saves_says_how_to_go_on_and_loses_no_step(
    whole: Path, motionkit_process: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "run"
    process = start(path)
    wait_for(path / "samples" / "motion-000010.png", process)
    process.send_signal(signal.SIGINT)
    _, message = process.communicate(timeout=120)
    assert process.returncode == 130, message
    assert "Traceback" not in message
    assert f"motionkit train --resume {path}" in message
    motionkit_process("train", "--resume", path)
    for name in WEIGHTS:
        assert (path / name).read_bytes() == (whole / name).read_bytes()


def test_more_steps_can_be_asked_of_a_finished_run(whole: Path, motionkit_process: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "run"
    motionkit_process("train", "--out", path, "--steps", 25, *SETTINGS)
    motionkit_process("train", "--resume", path, "--steps", 40)
    for name in WEIGHTS:
        assert (path / name).read_bytes() == (whole / name).read_bytes()


def test_a_run_that_trains_is_not_resumed_by_another(
    whole: Path, motionkit_process: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "run"
    process = start(path)
    wait_for(path / "samples" / "motion-000010.png", process)
    message = motionkit_process("train", "--resume", path, "--steps", 50, status=1).stderr
    assert f"{path} is being written by process {process.pid} on " in message
    assert len(message.strip().splitlines()) == 1
    process.communicate()
    for name in WEIGHTS:
        assert (path / name).read_bytes() == (whole / name).read_bytes()


def test_no_state_says_that_weights_are_there_which_could_not_be_written(
    motionkit: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "run"
    with monkeypatch.context() as patched:
        patched.setattr(RunFolder, "save_weights", full)
        motionkit("train", "--out", path, "--steps", 2, *MOTION, status=1)
    assert RunFolder.open(path).load_state("motion") is None
    motionkit("train", "--resume", path)
    assert RunFolder.open(path).load_state("motion")["steps"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_two_processes_stop_and_save_when_their_launcher_is_stopped_or_killed(
    motionkit_process: CommandLine, tmp_path: Path, how: signal.Signals
) -> None:
    path = tmp_path / "run"
    command = ["train", "--out", str(path), "--steps", "100000", "--devices", "2", *MOTION]
    process = subprocess.Popen(
        [sys.executable, "-m", "motionkit", *command], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    wait_for(path / "samples" / "motion-000010.png", process)
    process.send_signal(how)
    message = process.communicate(timeout=120)[1]  # ends when the last of the processes has closed its end
    assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL), message
    assert "Traceback" not in message
    assert message.count("motionkit: ") == 1 and f"motionkit train --resume {path}" in message


@pytest.mark.slow
def test_two_processes_train_and_leave_one_run_folder(motionkit_process: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "run"
    motionkit_process("train", "--out", path, "--steps", 12, "--devices", 2, *SETTINGS)
    assert sorted(p.name for p in path.iterdir()) == [
        "appearance_encoder.safetensors", "events", "motion.safetensors", "motion.state.pt",
        "motion_encoder.safetensors", "render.state.pt", "renderer.safetensors", "run.json", "samples",
    ]  # fmt: skip
    motionkit_process("generate", path, "-n", 1, "--out", tmp_path / "videos")
    again = tmp_path / "again"
    motionkit_process("train", "--out", again, "--steps", 8, "--devices", 2, *SETTINGS)
    motionkit_process("train", "--resume", again, "--steps", 12, "--devices", 2)
    for name in WEIGHTS:
        assert (path / name).read_bytes() == (again / name).read_bytes()
