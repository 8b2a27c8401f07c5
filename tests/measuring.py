"""Runs as if they had been evaluated, or trained on."""

import json
from pathlib import Path
from typing import Any

from motionkit.evaluation.score import Score
from motionkit.io.run import RunFolder


def train_on(path: Path) -> None:
    """Write the weights of a run's motion model as if they had been trained for one more step."""
    run = RunFolder.open(path)
    run.save_weights("motion", run.load_weights("motion"), run.trained_steps("motion") + 1)


def measure(path: Path, protocol: dict[str, Any] | None = None, **values: float) -> None:
    """Write the scores of a run: by metric the value, whose interval is 0.5 to either side and whose floor is 1."""
    scores = {
        name: Score(
            metric=name,
            value=value,
            low=value - 0.5,
            high=value + 0.5,
            floor=1,
            better="higher" if name == "keypoints_followed" else "real" if name == "velocity" else "lower",
            span=(0, None),
            reference="test",
            n_real=8,
            n_generated=8,
            clips_real=8,
            seeds={},
            provenance={},
        ).model_dump(mode="json")
        for name, value in values.items()
    }
    run = RunFolder.open(path)
    document = {
        "scores": scores,
        "protocol": {"n": 8, "frames": 16, "fps": 16.0, "seed": 0} | (protocol or {}),
        "read": None,
        "data": run.document["components"]["data"],
        "run": run.document,
        "weights": run.checksums(),
    }
    (path / "evaluation").mkdir(exist_ok=True)
    (path / "evaluation" / "scores.json").write_text(json.dumps(document))
