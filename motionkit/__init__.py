"""Generators that make video out of noise by modelling motion and appearance apart.

generator = motionkit.load("runs/ode-compose-actions")
clips = generator.sample(4, times=motionkit.frame_times(seconds=2, fps=30))
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from motionkit.assembly import TwoStageGenerator, load
    from motionkit.interfaces import Clips
    from motionkit.numerics.timeline import SpeedCurve, frame_times

__all__ = ["Clips", "SpeedCurve", "TwoStageGenerator", "frame_times", "load"]

HOMES = {
    "Clips": "interfaces",
    "SpeedCurve": "numerics.timeline",
    "TwoStageGenerator": "assembly",
    "frame_times": "numerics.timeline",
    "load": "assembly",
}
"""Where each public name is defined."""


def __getattr__(name: str) -> Any:
    """Import the public names on first use, so that ``motionkit --help`` does not wait for torch."""
    if name in HOMES:
        import importlib

        return getattr(importlib.import_module(f"motionkit.{HOMES[name]}"), name)
    raise AttributeError(f"module 'motionkit' has no attribute {name!r}")
