"""How far into a motion its training looked."""

import math
from pathlib import Path

from motionkit.assembly import ComponentRef
from motionkit.io.run import RunFolder


def judged_seconds(run: str | Path) -> float:
    """How much of a motion its training judged, in seconds from its start; infinite where that was every moment.

    A run that does not say how long its training windows were counts as one that judged every moment.
    """
    components = RunFolder.open(run).document["components"]
    objective = components.get("motion_objective") or components.get("video_objective", {})
    settings = objective.get("config", {})
    if (
        "motion" in components
        and settings.get("later")
        and ComponentRef.model_validate(components["motion"]).component.autonomous
    ):
        return math.inf
    return settings["frames"] / settings["fps"] if {"frames", "fps"} <= settings.keys() else math.inf
