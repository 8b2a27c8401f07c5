"""``motionkit bench`` as tests call it: settings so small that a training takes a second, and what it found."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

TINY = [
    "motion.hidden=8", "ode.width=16", "motion_discriminator.frame_width=16",
    "motion_discriminator.sequence_widths=[16,16]", "motion_objective.batch=4", "motion_objective.frames=6",
    "loop.workers=0", "data.clips=32", "protocol.resamples=3", "protocol.searched=8", "protocol.frames=8",
]  # fmt: skip
TINY_VIDEO = [
    "compose.image_size=16", "compose.widths=[16,16,8,8]", "video_discriminator.frame_widths=[8,8]",
    "video_discriminator.clip_widths=[8,8]", "render_objective.batch=2", "render_objective.frames=4",
]  # fmt: skip

COMMAND = (
    "--baseline", "rnn", "--stage", "motion", "--seeds", 2, "--steps", 6,
    "--metrics", "trajectory_frechet,acceleration,motion_memorisation",
)  # fmt: skip
"""A benchmark of stage I with two seeds."""

Bench = Callable[..., int]


def found(folder: Path) -> dict[str, Any]:
    """results.json without what a clock or a machine measured."""
    results: dict[str, Any] = json.loads((folder / "results.json").read_text())
    for outcome in results["outcomes"]:
        for training in outcome["training"]:
            del training["seconds"]
    return {key: value for key, value in results.items() if key != "environment"}
