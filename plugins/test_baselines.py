"""The four baselines as a user has them: trained, resumed, sampled; on made clips and on recorded ones."""

from pathlib import Path

import numpy as np
import pytest

TINY = {
    "vgan": ["generator.frames=16", "generator.noise_size=5", "generator.widths=[6,5,4,3]",
             "video_objective.widths=[3,3,3,3]"],
    "tganv2": ["generator.noise_size=5", "generator.widths=[8,6,5,4,4,3,3]", "video_objective.widths=[2,3,3,3,3]"],
    "mocogan": ["generator.renderer.widths=[8,8]", "video_objective.frame_widths=[8,8]",
                "video_objective.clip_widths=[8,8]"],
    "g3an": ["generator.widths=[8,4,4,4,4]", "video_objective.frame_widths=[4,4,4,4]",
             "video_objective.clip_widths=[4,4,4,4]"],
}  # fmt: skip
"""Settings by which a step of each takes a fraction of a second; clips have 16 frames."""

each_baseline = pytest.mark.parametrize("name", list(TINY))


def train(motionkit, name: str, out: Path, steps: int, *words: object) -> None:
    settings = [
        word for setting in (*TINY[name], "video_objective.batch=2", "loop.workers=0") for word in ("-o", setting)
    ]
    motionkit("train", "--generator", name, *settings, "--steps", steps, "--out", out, *words)


@each_baseline
def test_a_resumed_run_ends_with_the_same_bytes_and_makes_videos(name, motionkit, tmp_path, capsys):
    train(motionkit, name, tmp_path / "whole", 4, "-o", "data.clips=8")
    train(motionkit, name, tmp_path / "parts", 2, "-o", "data.clips=8")
    motionkit("train", "--resume", tmp_path / "parts", "--steps", 4)
    whole, parts = ((tmp_path / run / "generator.safetensors").read_bytes() for run in ("whole", "parts"))
    assert whole == parts
    made = tmp_path / "made"
    motionkit("generate", tmp_path / "whole", "-n", 2, "--seconds", 1, "--fps", 32, "--format", "npz", "--out", made)
    assert "2 clips of 32 frames" in capsys.readouterr().out
    with np.load(made / "clip-001.npz", allow_pickle=False) as archive:
        assert archive["video"].shape[0] == 32


@each_baseline
def test_trains_on_recorded_clips(name, motionkit, clips, tmp_path):
    # Some windows end late: 15/16 s after a recorded frame the nearest may lie at 24/25 s. The running statistics of an
    # average are estimated on many of them.
    train(motionkit, name, tmp_path / "run", 1, "--data", clips, "-o", "video_objective.average_decay=0.5")
    assert (tmp_path / "run" / "samples" / "video-000001.png").exists()
