"""The command line as tests call it, and settings so small that a run trains in seconds."""

import subprocess
from collections.abc import Callable

from motionkit.cli import cli

TINY = [
    "motion.width=16", "motion.hidden=8", "motion_discriminator.frame_width=16",
    "motion_discriminator.sequence_widths=[16,16]", "motion_objective.batch=4", "motion_objective.frames=6",
    "renderer.image_size=16", "renderer.widths=[16,16,8,8]", "video_discriminator.frame_widths=[8,8]",
    "video_discriminator.clip_widths=[8,8]", "render_objective.batch=2", "render_objective.frames=4",
    "motion_encoder.frames=6", "motion_encoder.widths=[16,16]", "appearance_encoder.widths=[8,8]",
    "render_objective.first={steps: 2, batch: 4}",
    "loop.workers=0", "data.clips=32",
]  # fmt: skip
"""Settings under which a training step takes milliseconds."""

CommandLine = Callable[..., subprocess.CompletedProcess[str]]


STAGES = {"motion": ("motion", "data", "loop"), "render": ("render", "video", "appearance", "data", "loop")}
"""What the settings of each stage alone begin with."""


def tiny(*more: str, stage: str = "both") -> list[str]:
    """Options of ``motionkit train`` for a tiny run of a stage or both; ``more`` settings go before."""
    taken = [setting for setting in TINY if stage == "both" or setting.startswith(STAGES[stage])]
    return ["--stage", stage, *(word for setting in (*taken, *more) for word in ("-o", setting))]


def here(*words: object) -> None:
    """Runs ``motionkit WORDS...`` in this process, which is quick; errors are raised as they are."""
    cli.main([str(word) for word in words], prog_name="motionkit", standalone_mode=False)
