"""Generators that make video out of noise by modelling motion and appearance apart.

generator = motionkit.load("runs/ode-compose-actions")
video, keypoints, times = generator.sample(4, times=motionkit.frame_times(seconds=2, fps=30))
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from motionkit.assembly import Sample, TwoStageGenerator, load
    from motionkit.numerics.timeline import SpeedCurve, frame_times

__all__ = ["Sample", "SpeedCurve", "TwoStageGenerator", "frame_times", "load"]


def __getattr__(name: str) -> Any:
    """Import the public names on first use, so that ``motionkit --help`` does not wait for torch."""
    if name in __all__:
        import importlib

        home = "motionkit.numerics.timeline" if name in {"SpeedCurve", "frame_times"} else "motionkit.assembly"
        return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module 'motionkit' has no attribute {name!r}")
