"""What the tests share: settings so small that a step takes milliseconds, the command line, and a folder of clips."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from motionkit_mocogan.generator import MocoganGenerator

from motionkit.cli import cli
from motionkit.datasets.actions import Actions
from motionkit.io.pictures import to_picture
from motionkit.io.video import write_video


@pytest.fixture(scope="session")
def tiny() -> Callable[..., MocoganGenerator]:
    """Makes a generator of 16 pixels; keywords are settings."""

    def make(**settings: object) -> MocoganGenerator:
        torch.manual_seed(0)
        return MocoganGenerator(MocoganGenerator.Config(renderer={"widths": (8, 8)}, **settings))

    return make


@pytest.fixture(scope="session")
def tiny_objective() -> MocoganGenerator.Objective.Config:
    return MocoganGenerator.Objective.Config(batch=2, frame_widths=(8, 8), clip_widths=(8, 8))


@pytest.fixture(scope="session")
def motionkit() -> Callable[..., None]:
    """Runs ``motionkit WORDS...`` in this process."""
    return lambda *words: cli.main([str(word) for word in words], standalone_mode=False)


@pytest.fixture(scope="session")
def clips(motionkit: Callable[..., None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of clips as ``motionkit prepare`` makes it, from one video of a made figure."""
    videos = tmp_path_factory.mktemp("given") / "videos"
    videos.mkdir()
    times_T = torch.arange(40, dtype=torch.float64) / 25
    window = Actions(Actions.Config(actions=("wave1",)))[0].window(times_T, 64)
    write_video(videos / "wave1.mp4", to_picture(window.video_TCHW), fps=25)
    frames = [
        {"time": float(time), "keypoints": [[float(x), float(y), 1.0] for x, y in ((pose_K2 + 1) * 64 - 1) / 2]}
        for time, pose_K2 in zip(times_T, window.keypoints_TK2, strict=True)
    ]
    (videos / "wave1.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": frames}))
    motionkit("prepare", videos, "--out", videos.parent / "clips", "--detector", "sidecar")
    return videos.parent / "clips"
