"""The scripts that train what the video metrics look with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from motionkit.datasets.actions import Actions
from motionkit.interfaces import COCO17
from motionkit.metrics.keypoints_followed import KeypointsFollowed
from motionkit.metrics.networks.weights_file import WeightsFile
from motionkit.metrics.video_frechet import VideoFrechet

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
DATA = Actions.Config(clips=8)


@pytest.mark.parametrize(
    ("script", "network", "measured", "metric"),
    [
        ("train_extractor.py", "action classifier", "named rightly", VideoFrechet),
        ("train_pose_reader.py", "pose reader", "mean distance", KeypointsFollowed),
    ],
)
def test_writes_weights_that_its_metric_takes(
    script: str, network: str, measured: str, metric: type[VideoFrechet | KeypointsFollowed], tmp_path: Path
) -> None:
    out = tmp_path / "mine.safetensors"
    options = ["--steps", "2", "--held-out", "4", "--seed", "3", "-o", f"data.clips={DATA.clips}"]
    done = subprocess.run([sys.executable, BENCHMARKS / script, out, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    _, story = WeightsFile(out).trained(network)
    assert story["command"] == f"python benchmarks/{script} {out} {' '.join(options)}"
    assert story["data settings"] == json.loads(DATA.model_dump_json())
    assert (story["seed"], story["steps"], story["split"]) == (3, 2, "test")
    assert story[measured] >= 0
    provenance = metric(metric.Config(weights=out), COCO17).provenance()
    assert provenance["sha256"] == WeightsFile(out).sha256
    assert provenance["trained on"] == "actions"
