"""What a dataset is like: its clips, how they move, and what the preparation left out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from motionkit.interfaces import Clip, ClipDataset, Skeleton
from motionkit.interfaces.seeding import seeded
from motionkit.metrics.bone_constancy import bone_variation
from motionkit.numerics.derivatives import divided_difference
from motionkit.pictures.picture import Picture
from motionkit.pictures.plots.figure import blank_figure, drawn
from motionkit.pictures.sheets import contact_sheet
from motionkit.pictures.skeletons import overlay

FRAMES, SIZE = 8, 64
"""What the picture shows of a clip: frames, and their height and width in pixels before they are enlarged."""


@dataclass(frozen=True)
class ClipStatistics:
    """One clip's figures.

    Attributes:
        label, source, seconds: as the clip has them.
        frames: moments that were looked at: those recorded, or 30 a second where it is known at every time.
        confidence: mean over its joints and moments.
        speed: mean speed of its joints, in units of [-1, 1] a second.
        acceleration: mean length of the second difference quotient, in units a second squared.
        bone_spread: as the metric ``bone_constancy`` measures it; 0 of a skeleton without bones.
    """

    label: str
    source: str
    seconds: float
    frames: int
    confidence: float
    speed: float
    acceleration: float
    bone_spread: float


def chosen(dataset: ClipDataset, number: int, seed: int = 0) -> list[Clip]:
    """So many clips of a dataset at random, in the dataset's order; all of them where it has no more."""
    order = torch.randperm(len(dataset), generator=seeded(seed, "inspect"))[:number].sort().values
    return [dataset[index] for index in order.tolist()]


def moments(clip: Clip) -> Tensor:
    """The moments of a recorded clip's frames; 30 a second of a clip that is known at every time."""
    if (recorded_T := clip.recorded_times_T) is not None:
        return recorded_T
    return torch.arange(int(clip.seconds * 30 + 1e-6) + 1, dtype=torch.float64) / 30


def statistics(clip: Clip, skeleton: Skeleton) -> ClipStatistics:
    """The figures of one clip, at its own moments.

    Raises:
        DataError: it could not be read.
    """
    window = clip.window(moments(clip))
    keypoints_BTK2 = window.keypoints_TK2[None].double()
    velocity, acceleration = (divided_difference(keypoints_BTK2, window.times_T, order) for order in (1, 2))
    return ClipStatistics(
        clip.label,
        clip.source,
        clip.seconds,
        len(window.times_T),
        float(window.confidence_TK.mean()),
        float(velocity.norm(dim=-1).mean()),
        float(acceleration.norm(dim=-1).mean()),
        float(bone_variation(keypoints_BTK2, skeleton)) if skeleton.bones else 0.0,
    )


def clips_picture(clips: Sequence[Clip], skeleton: Skeleton) -> Picture:
    """A row of frames for each clip, with its keypoints drawn over them, evenly spaced over its length."""
    rows = []
    for clip in clips:
        own_T = moments(clip)
        shown = np.linspace(0, len(own_T) - 1, FRAMES).round().astype(int)
        window = clip.window(own_T[np.unique(shown)], SIZE)
        pictures = overlay(window.video_TCHW, window.keypoints_TK2, skeleton, size=2 * SIZE)
        rows.append(pictures[np.searchsorted(np.unique(shown), shown)])  # a short clip repeats frames
    return contact_sheet(np.stack(rows), FRAMES, [clip.label or clip.source for clip in clips])


def statistics_picture(rows: Sequence[ClipStatistics]) -> Picture:
    """How length, confidence, speed, acceleration and bone lengths are spread over the clips."""
    panels = {
        "seconds": "length (s)",
        "confidence": "mean confidence",
        "speed": "speed (units/s)",
        "acceleration": "acceleration (units/s²)",
        "bone_spread": "spread of bone lengths",
    }
    with blank_figure(15, 2.6) as figure:
        for plot, (name, title) in zip(figure.subplots(1, len(panels)), panels.items(), strict=True):
            values = np.array([getattr(row, name) for row in rows], float)
            room = 1e-6 * max(
                1.0, np.abs(values).max()
            )  # clips that are all alike differ by rounding, too little for bins
            plot.hist(values, bins=np.linspace(values.min() - room, values.max() + room, 21), color="0.35")
            plot.set_xlabel(title)
        return drawn(figure)
