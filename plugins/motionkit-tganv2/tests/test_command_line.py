"""``tganv2`` as a user has it: trained, resumed and sampled on the command line, on made clips and on recorded ones."""

import json
from pathlib import Path

import numpy as np
import torch

from motionkit.cli import cli
from motionkit.datasets.actions import Actions
from motionkit.io.pictures import to_picture
from motionkit.io.video import write_video

TINY = [
    "generator.noise_size=5", "generator.widths=[8,6,5,4,4,3,3]", "video_stage.widths=[2,3,3,3,3]",
    "video_stage.batch=2", "loop.workers=0",
]  # fmt: skip
TRAIN = ["train", "--generator", "tganv2", *(word for setting in TINY for word in ("-o", setting))]


def motionkit(*words: object) -> None:
    cli.main([str(word) for word in words], prog_name="motionkit", standalone_mode=False)


def recorded(folder: Path) -> Path:
    """Clips at 25 frames a second, whose frames lie beside the generator's own; prepared as a user does it."""
    (folder / "videos").mkdir()
    times_T = torch.arange(40, dtype=torch.float64) / 25
    window = Actions(Actions.Config(actions=("wave1",)))[0].window(times_T, 64)
    write_video(folder / "videos" / "wave1.mp4", to_picture(window.video_TCHW), fps=25)
    pixels_TK2 = ((window.keypoints_TK2 + 1) * 64 - 1) / 2
    frames = [
        {"time": time, "keypoints": [[x, y, 1.0] for x, y in pose_K2]}
        for time, pose_K2 in zip(times_T.tolist(), pixels_TK2.tolist(), strict=True)
    ]
    (folder / "videos" / "wave1.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": frames}))
    motionkit("prepare", folder / "videos", "--out", folder / "clips", "--detector", "sidecar")
    return folder / "clips"


def test_a_resumed_run_ends_with_the_same_bytes_and_makes_videos(tmp_path, capsys):
    motionkit(*TRAIN, "-o", "data.clips=8", "--steps", 4, "--out", tmp_path / "whole")
    motionkit(*TRAIN, "-o", "data.clips=8", "--steps", 2, "--out", tmp_path / "parts")
    motionkit("train", "--resume", tmp_path / "parts", "--steps", 4)
    whole, parts = ((tmp_path / run / "generator.safetensors").read_bytes() for run in ("whole", "parts"))
    assert whole == parts
    motionkit("generate", tmp_path / "whole", "-n", 2, "--format", "npz", "--out", tmp_path / "made")
    assert "2 clips of 30 frames" in capsys.readouterr().out  # one second, all that it has, at 30 a second
    with np.load(tmp_path / "made" / "clip-001.npz", allow_pickle=False) as archive:
        assert archive["video"].shape == (30, 64, 64, 3)


def test_trains_on_recorded_clips(tmp_path):
    # Some windows end late: 15/16 s after a recorded frame the nearest may lie at 24/25 s. The running statistics of an
    # average are estimated on many of them.
    data = ["--data", recorded(tmp_path), "-o", "video_stage.average_decay=0.5"]
    motionkit(*TRAIN, *data, "--steps", 1, "--out", tmp_path / "run")
    assert (tmp_path / "run" / "samples" / "video-000001.png").exists()
