"""A whole generator from another distribution: trained, resumed, loaded and sampled as a user does it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from command_line import CommandLine

GLOW = ["--generator", "glow", "-o", "data.clips=8", "-o", "loop.workers=0"]


@pytest.fixture(autouse=True)
def installed(toyplugin: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The toy distribution is on the path."""
    monkeypatch.syspath_prepend(str(toyplugin))
    yield
    sys.modules.pop("toyplugin", None)


def test_trains_resumes_to_the_same_bytes_and_makes_videos(motionkit: CommandLine, tmp_path: Path) -> None:
    motionkit("train", "--out", tmp_path / "whole", "--steps", 4, *GLOW)
    motionkit("train", "--out", tmp_path / "parts", "--steps", 2, *GLOW)
    motionkit("train", "--resume", tmp_path / "parts", "--steps", 4)
    names = {file.name for file in (tmp_path / "whole").iterdir()}
    assert names == {"run.json", "generator.safetensors", "video.state.pt", "events", "samples"}
    weights = [(tmp_path / run / "generator.safetensors").read_bytes() for run in ("whole", "parts")]
    assert weights[0] == weights[1]
    document = json.loads((tmp_path / "whole" / "run.json").read_text())
    assert document["components"]["generator"]["name"] == "motionkit-toyplugin:glow"
    assert document["components"]["video_objective"]["config"]["batch"] == 4

    out = tmp_path / "made"
    done = motionkit("generate", tmp_path / "whole", "-n", 2, "--format", "npz", "--fps", 4, "--out", out)
    assert "2 clips of 8 frames" in done.stdout and "keypoints" not in done.stdout
    with np.load(out / "clip-001.npz", allow_pickle=False) as archive:
        assert set(archive) == {"video", "times"} and archive["video"].shape == (8, 8, 8, 3)
    refused = motionkit("generate", tmp_path / "whole", "--overlay", status=1)
    assert "knows none" in refused.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--motion", "rnn"], "--motion can't go with --generator"),
        (["--stage", "motion", "--renderer", "compose"], "can't go with --generator"),
        (["-o", "video_objective.bacth=3"], "did you mean video_objective.batch?"),
        (["-o", "generator.size=3"], "generator.size is not a setting of ToyGenerator"),
        (["--generator", "glwo"], "did you mean glow?"),
    ],
)
def test_what_does_not_go_with_it_is_told(
    motionkit: CommandLine, tmp_path: Path, options: list[str], message: str
) -> None:
    done = motionkit("train", *GLOW, *options, "--out", tmp_path / "run", status=1)
    assert message in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "run").exists()
