"""Generators that make video out of noise by modelling motion and appearance apart.

A trained run gives clips::

    generator = motionkit.load("runs/ode-compose-actions")
    clips = generator.sample(4, times=motionkit.frame_times(seconds=2, fps=30))

A plugin finds here what it needs beside :mod:`motionkit.interfaces`: :func:`find` and :func:`build_config` for other
components by name, :func:`frame_times` for even times. Its tests find the rest in :mod:`motionkit.testing`, and what
models are made of is in :mod:`motionkit.numerics`. A tool beside motionkit finds its files in :mod:`motionkit.io`, and
what people look at in :mod:`motionkit.pictures`. Everything else may move between two versions.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from motionkit.assembly import join, load
    from motionkit.config import build_config
    from motionkit.interfaces import Clips
    from motionkit.numerics.timeline import SpeedCurve, frame_times
    from motionkit.pictures.inline import show
    from motionkit.preparation.coding import Coded, coded, encoded, fitted
    from motionkit.preparation.source import clips_from
    from motionkit.registry import find, plugins
    from motionkit.runs.run import Run
    from motionkit.training.judged import judged_seconds

__all__ = [
    "Clips",
    "Coded",
    "Run",
    "SpeedCurve",
    "TwoStageGenerator",
    "build_config",
    "clips_from",
    "coded",
    "encoded",
    "find",
    "fitted",
    "frame_times",
    "join",
    "judged_seconds",
    "load",
    "plugins",
    "show",
]

HOMES = {
    "Clips": "interfaces",
    "Coded": "preparation.coding",
    "Run": "runs.run",
    "SpeedCurve": "numerics.timeline",
    "TwoStageGenerator": "two_stages",
    "build_config": "config",
    "clips_from": "preparation.source",
    "coded": "preparation.coding",
    "encoded": "preparation.coding",
    "find": "registry",
    "fitted": "preparation.coding",
    "frame_times": "numerics.timeline",
    "join": "assembly",
    "judged_seconds": "training.judged",
    "load": "assembly",
    "plugins": "registry",
    "show": "pictures.inline",
}
"""Where each public name is defined."""


def __getattr__(name: str) -> Any:
    """Import the public names on first use, so that ``motionkit --help`` does not wait for torch."""
    if name in HOMES:
        import importlib

        return getattr(importlib.import_module(f"motionkit.{HOMES[name]}"), name)
    raise AttributeError(f"module 'motionkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, those that were not used yet too."""
    return sorted(__all__)
