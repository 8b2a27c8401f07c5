"""What is said to work on a GPU. The contract checks of all components try CUDA too, wherever it is."""

import json
from pathlib import Path

import pytest
import torch
from accelerate import Accelerator
from benchmarking import TINY as BENCH_TINY
from command_line import CommandLine, tiny

import motionkit
from motionkit.interfaces import Clips
from motionkit.io.run import RunFolder
from motionkit.testing.toys import ToyDataset
from motionkit.training.batches import shared_batches
from motionkit.training.session import accelerator_for
from motionkit.windows import Windows

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU with CUDA here")

TIMES = motionkit.frame_times(seconds=0.5, fps=8)


def sampled(run: Path, device: str) -> Clips:
    return motionkit.load(run, device).sample(2, times=TIMES, seed=1).to("cpu")


def test_training_takes_the_gpu_by_itself() -> None:
    assert accelerator_for("32").device.type == "cuda"


@pytest.mark.parametrize("precision", ["32", "bf16-mixed"])
@pytest.mark.parametrize("objective", ["variational", "adversarial"])
def test_both_stages_train_stop_and_go_on(
    motionkit_process: CommandLine, tmp_path: Path, precision: str, objective: str
) -> None:
    path, games = tmp_path / "run", ("--motion-objective", objective, "--render-objective", objective)
    settings = tiny("loop.checkpoint_every=3", "loop.workers=1", encoders=objective == "variational")
    motionkit_process("train", "--out", path, "--steps", 4, "--precision", precision, *games, *settings)
    motionkit_process("train", "--resume", path, "--steps", 6)
    for stage in ("motion", "render"):
        state = RunFolder.open(path).load_state(stage)
        assert state is not None and state["steps"] == 6
    made = sampled(path, "cuda")
    assert made.video_BTCHW.isfinite().all() and made.keypoints_BTK2.isfinite().all()


def test_a_run_makes_on_a_gpu_what_it_makes_without(tiny_run: Path) -> None:
    there, here = sampled(tiny_run, "cuda"), sampled(tiny_run, "cpu")
    torch.testing.assert_close(there.keypoints_BTK2, here.keypoints_BTK2, atol=1e-3, rtol=0)
    torch.testing.assert_close(there.video_BTCHW, here.video_BTCHW, atol=5e-2, rtol=0)


@pytest.mark.parametrize("workers", [0, 1])
def test_batches_arrive_on_the_gpu_and_are_those_of_a_cpu(workers: int) -> None:
    windows = Windows(ToyDataset(ToyDataset.Config()), frames=4, fps=8.0, seed=0, size=16)
    batches = shared_batches(windows, 4, 0, Accelerator(), workers)
    for step in range(3):
        batch = next(batches)
        assert batch.video_BTCHW.device.type == batch.times.device.type == "cuda"
        real = torch.stack([windows[step * 4 + index].video_TCHW for index in range(4)])
        torch.testing.assert_close(batch.video_BTCHW.cpu(), real)
    batches.close()


def test_commands_generate_and_measure(motionkit_process: CommandLine, tiny_run: Path, tmp_path: Path) -> None:
    motionkit_process("generate", tiny_run, "-n", 1, "--seconds", 0.5, "--out", tmp_path / "made")
    assert list((tmp_path / "made").glob("*.mp4"))
    words = ("-n", 8, "-o", "protocol.searched=16", "-o", "protocol.resamples=5", "--metrics", "trajectory_frechet")
    motionkit_process("evaluate", tiny_run, "--json", tmp_path / "it.json", *words)
    assert json.loads((tmp_path / "it.json").read_text())["hardware"]["gpu"] == torch.cuda.get_device_name()


def test_a_benchmark_by_two_workers_that_share_it(motionkit_process: CommandLine, tmp_path: Path) -> None:
    settings = [word for setting in BENCH_TINY for word in ("-o", setting)]
    words = ("--stage", "motion", "--steps", 3, "-n", 6, "--metrics", "trajectory_frechet", "--baseline", "rnn")
    motionkit_process("bench", *words, "--workers", 2, "--out", tmp_path / "report", *settings)
    results = json.loads((tmp_path / "report" / "results.json").read_text())
    assert [it["error"] for it in results["outcomes"]] == [None, None]


@pytest.mark.skipif(torch.cuda.device_count() < 2, reason="there are no two GPUs here")
def test_two_gpus_train_one_run(motionkit_process: CommandLine, tmp_path: Path) -> None:
    motionkit_process("train", "--out", tmp_path / "run", "--steps", 4, "--devices", 2, *tiny())
    assert sampled(tmp_path / "run", "cuda").video_BTCHW.isfinite().all()
