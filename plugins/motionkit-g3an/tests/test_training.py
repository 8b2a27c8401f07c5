from pathlib import Path

import pytest
import torch
from accelerate import Accelerator
from motionkit_g3an.objective import G3anObjective

from motionkit.datasets.actions import Actions
from motionkit.datasets.windows import collate
from motionkit.io.video import read_video
from motionkit.training.video_stage import VideoStage

TINY = [
    "generator.widths=[8,4,4,4,4]", "video_stage.frame_widths=[4,4,4,4]", "video_stage.clip_widths=[4,4,4,4]",
    "video_stage.batch=2", "loop.workers=0",
]  # fmt: skip


def train(motionkit, out: Path, steps: int, *words: str, data: str = "actions") -> None:
    settings = [word for setting in TINY for word in ("-o", setting)]
    motionkit("train", "--generator", "g3an", "--data", data, "--steps", steps, "--out", out, *settings, *words)


@pytest.mark.parametrize(("attention", "steps"), [(False, 1), (True, 2)])
def test_a_step_moves_every_parameter_of_both_players(tiny, tiny_objective, attention, steps):
    """With attention it takes two: at the first its gamma is 0, and hides its layers. Keys' biases have no effect."""
    generator = tiny(attention=attention)
    objective = G3anObjective(tiny_objective, generator)
    stage = VideoStage(generator, objective)
    stage.prepare(Accelerator(cpu=True))
    windows = stage.windows(Actions(Actions.Config(clips=8)), seed=0)
    networks = {"generator": generator, "objective": objective}
    before = {(n, p): v.clone() for n, net in networks.items() for p, v in net.named_parameters()}
    for step in range(steps):
        losses = stage.step(collate([windows[0], windows[1]]), torch.Generator().manual_seed(step), step)
        assert all(value.isfinite() for value in losses.values())
    unmoved = [(n, p) for (n, p), v in before.items() if torch.equal(v, dict(networks[n].named_parameters())[p])]
    assert [name for name in unmoved if not name[1].endswith("key.bias")] == []


def test_a_resumed_run_ends_with_the_bytes_of_a_straight_one_and_generates(motionkit, tmp_path):
    train(motionkit, tmp_path / "straight", 4)
    train(motionkit, tmp_path / "resumed", 2)
    motionkit("train", "--resume", tmp_path / "resumed", "--steps", 4)
    straight, resumed = (tmp_path / name / "generator.safetensors" for name in ("straight", "resumed"))
    assert straight.read_bytes() == resumed.read_bytes()
    motionkit("generate", tmp_path / "resumed", "-n", 2, "--seconds", 1, "--fps", 32, "--out", tmp_path / "made")
    videos = sorted((tmp_path / "made").glob("*.mp4"))
    assert len(videos) == 2
    assert [len(list(read_video(video))) for video in videos] == [32, 32]


def test_it_trains_on_a_folder_of_clips(motionkit, clips, tmp_path):
    train(motionkit, tmp_path / "run", 2, data=str(clips))
    assert (tmp_path / "run" / "samples" / "video-000002.png").exists()
