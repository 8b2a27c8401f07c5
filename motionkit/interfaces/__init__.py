"""What a plugin author reads: abstract components, the shapes they exchange, and the errors they raise.

Conventions, everywhere in motionkit:

- Tensor names carry their axes: B clips, T frames, K keypoints, C channels, H W pixels, D features.
- Video is float in [-1, 1], shape (B, T, 3, H, W).
- Keypoints are (x, y) in [-1, 1], x right and y down; -1 and 1 are the outer edges of the picture, so the centre of
  pixel i of n lies at (2 i + 1) / n - 1 (``align_corners=False``).
- Times are seconds, ascending, shape (T,) for all clips or (B, T) for each.
- Randomness comes from a ``torch.Generator`` that the caller hands in; :func:`~motionkit.interfaces.seeding.seeded`
  makes one that is a function of what it is for.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from motionkit.interfaces.clips import Clips
    from motionkit.interfaces.component import ComponentConfig
    from motionkit.interfaces.dataset import Clip, ClipDataset, Window
    from motionkit.interfaces.detector import Detector, Frame, Pose
    from motionkit.interfaces.discriminator import Discriminator, Verdict
    from motionkit.interfaces.encoder import Code, Encoder
    from motionkit.interfaces.errors import (
        BusyError,
        ConfigError,
        ContractError,
        DataError,
        MotionkitError,
        NonFiniteError,
        PluginError,
        RunError,
    )
    from motionkit.interfaces.generator import Grid, Noise, VideoGenerator
    from motionkit.interfaces.metric import Metric
    from motionkit.interfaces.motion import MotionGenerator
    from motionkit.interfaces.objective import Objective, Phase, TrainingConfig
    from motionkit.interfaces.renderer import Renderer
    from motionkit.interfaces.skeleton import COCO17, FACE13, Skeleton
    from motionkit.interfaces.split import Split
    from motionkit.interfaces.whole_generator import WholeGenerator

__all__ = [
    "COCO17",
    "FACE13",
    "BusyError",
    "Clip",
    "ClipDataset",
    "Clips",
    "Code",
    "ComponentConfig",
    "ConfigError",
    "ContractError",
    "DataError",
    "Detector",
    "Discriminator",
    "Encoder",
    "Frame",
    "Grid",
    "Metric",
    "MotionGenerator",
    "MotionkitError",
    "Noise",
    "NonFiniteError",
    "Objective",
    "Phase",
    "PluginError",
    "Pose",
    "Renderer",
    "RunError",
    "Skeleton",
    "Split",
    "TrainingConfig",
    "Verdict",
    "VideoGenerator",
    "WholeGenerator",
    "Window",
]

HOMES = {
    "clips": ("Clips",),
    "component": ("ComponentConfig",),
    "dataset": ("Clip", "ClipDataset", "Window"),
    "detector": ("Detector", "Frame", "Pose"),
    "discriminator": ("Discriminator", "Verdict"),
    "encoder": ("Code", "Encoder"),
    "errors": (
        "BusyError",
        "ConfigError",
        "ContractError",
        "DataError",
        "MotionkitError",
        "NonFiniteError",
        "PluginError",
        "RunError",
    ),
    "generator": ("Grid", "Noise", "VideoGenerator"),
    "metric": ("Metric",),
    "motion": ("MotionGenerator",),
    "objective": ("Objective", "Phase", "TrainingConfig"),
    "renderer": ("Renderer",),
    "skeleton": ("COCO17", "FACE13", "Skeleton"),
    "split": ("Split",),
    "whole_generator": ("WholeGenerator",),
}
"""The file that defines each of them."""


def __getattr__(name: str) -> Any:
    """Import a name on first use, so that what needs errors or names alone does not wait for torch."""
    for home, names in HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"motionkit.interfaces.{home}"), name)
    raise AttributeError(f"module 'motionkit.interfaces' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, those that were not used yet too."""
    return sorted(__all__)
