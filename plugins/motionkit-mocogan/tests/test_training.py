from pathlib import Path

import pytest
import torch
from accelerate import Accelerator
from motionkit_mocogan.objective import MocoganObjective

import motionkit as mk
from motionkit.datasets.actions import Actions
from motionkit.datasets.windows import collate
from motionkit.io.video import read_video
from motionkit.training.video_stage import VideoStage

TINY = [
    "generator.renderer.widths=[8,8]", "video_stage.frame_widths=[8,8]", "video_stage.clip_widths=[8,8]",
    "video_stage.batch=2", "loop.workers=0",
]  # fmt: skip


def train(motionkit, out: Path, steps: int, *words: str, data: str = "actions") -> None:
    settings = [word for setting in TINY for word in ("-o", setting)]
    motionkit("train", "--generator", "mocogan", "--data", data, "--steps", steps, "--out", out, *settings, *words)


@pytest.mark.parametrize("motion", ["mocogan", "ode", "sde"])
def test_a_step_moves_every_parameter_of_both_players(tiny, tiny_objective, motion):
    generator = tiny(motion=motion, motion_settings={} if motion == "mocogan" else {"hidden": 8, "width": 16})
    objective = MocoganObjective(tiny_objective, generator)
    stage = VideoStage(generator, objective)
    stage.prepare(Accelerator(cpu=True))
    windows = stage.windows(Actions(Actions.Config(clips=8)), seed=0)
    networks = {"generator": generator, "objective": objective}
    before = {(n, p): v.clone() for n, net in networks.items() for p, v in net.named_parameters()}
    losses = stage.step(collate([windows[0], windows[1]]), torch.Generator().manual_seed(0), 0)
    assert all(value.isfinite() for value in losses.values())
    unmoved = [(n, p) for (n, p), v in before.items() if torch.equal(v, dict(networks[n].named_parameters())[p])]
    assert unmoved == []


def test_a_resumed_run_ends_with_the_bytes_of_a_straight_one_and_generates(motionkit, tmp_path):
    train(motionkit, tmp_path / "straight", 4)
    train(motionkit, tmp_path / "resumed", 2)
    motionkit("train", "--resume", tmp_path / "resumed", "--steps", 4)
    straight, resumed = (tmp_path / name / "generator.safetensors" for name in ("straight", "resumed"))
    assert straight.read_bytes() == resumed.read_bytes()
    motionkit("generate", tmp_path / "resumed", "-n", 2, "--seconds", 2, "--fps", 16, "--out", tmp_path / "made")
    videos = sorted((tmp_path / "made").glob("*.mp4"))
    assert len(videos) == 2
    assert [len(list(read_video(video))) for video in videos] == [32, 32]


@pytest.mark.parametrize("motion", ["ode", "sde"])
def test_another_motion_is_trained_from_the_command_line_and_kept_in_the_run(motionkit, tmp_path, motion):
    chosen = ["-o", f"generator.motion={motion}", "-o", "generator.motion_settings.width=16"]
    train(motionkit, tmp_path / "run", 2, *chosen)
    generator = mk.load(tmp_path / "run")
    assert type(generator.motion).__name__ == f"{motion.title()}Motion" and generator.motion.config.width == 16
    slow, fast = (generator.sample(1, times=mk.frame_times(0.5, fps)).video_BTCHW for fps in (15, 60))
    torch.testing.assert_close(fast[:, 3:28:4], slow)


def test_it_trains_on_a_folder_of_clips(motionkit, clips, tmp_path):
    train(motionkit, tmp_path / "run", 2, data=str(clips))
    assert (tmp_path / "run" / "samples" / "video-000002.png").exists()
