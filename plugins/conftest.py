"""What the tests of several plugins share: the command line, and a folder of recorded clips."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from motionkit.cli import cli
from motionkit.datasets.actions import Actions
from motionkit.io.video import write_video
from motionkit.pictures.picture import to_picture


@pytest.fixture(scope="session")
def motionkit() -> Callable[..., None]:
    """Runs ``motionkit WORDS...`` in this process."""
    return lambda *words: cli.main([str(word) for word in words], prog_name="motionkit", standalone_mode=False)


@pytest.fixture(scope="session")
def clips(motionkit: Callable[..., None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of clips at 25 frames a second, made by ``motionkit prepare`` from one video of a made figure."""
    videos = tmp_path_factory.mktemp("given") / "videos"
    videos.mkdir()
    times_T = torch.arange(40, dtype=torch.float64) / 25
    window = Actions(Actions.Config(actions=("wave1",)))[0].window(times_T, 64)
    write_video(videos / "wave1.mp4", to_picture(window.video_TCHW), fps=25)
    pixels_TK2 = ((window.keypoints_TK2 + 1) * 64 - 1) / 2
    frames = [
        {"time": time, "keypoints": [[x, y, 1.0] for x, y in pose_K2]}
        for time, pose_K2 in zip(times_T.tolist(), pixels_TK2.tolist(), strict=True)
    ]
    (videos / "wave1.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": frames}))
    motionkit("prepare", videos, "--out", videos.parent / "clips", "--detector", "sidecar")
    return videos.parent / "clips"
