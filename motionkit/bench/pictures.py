"""A benchmark's findings for the eye: bars of each metric, and the systems' clips side by side."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from motionkit.bench.results import Summary
from motionkit.evaluation.score import Unavailable
from motionkit.interfaces import Clips, Skeleton, VideoGenerator
from motionkit.pictures.picture import Picture
from motionkit.pictures.plots.figure import blank_figure, drawn
from motionkit.pictures.sheets import TILE, contact_sheet
from motionkit.pictures.skeletons import as_seen

CLIPS = 3
"""Clips of each system on a picture that sets systems side by side."""
CANDIDATE, OTHER = "#1f6fb4", "#9aa3ab"


def bars(metric: str, summaries: Mapping[str, Summary | Unavailable]) -> Picture:
    """A bar for each system's mean, its 95 % interval, a dot for each seed, and a line at the score of real clips."""
    with blank_figure(7, 1.2 + 0.42 * len(summaries), dpi=110) as figure:
        plot = figure.subplots()
        for place, (_, it) in enumerate(summaries.items()):
            if isinstance(it, Unavailable):
                plot.text(0.01, place, " not measured", transform=plot.get_yaxis_transform(), va="center", color="0.4")
                continue
            plot.barh(place, it.value, height=0.6, color=OTHER if place else CANDIDATE)
            # An interval that bends to its span's end need not hold the value.
            away = [[max(0.0, it.value - it.low)], [max(0.0, it.high - it.value)]]
            plot.errorbar(it.value, place, xerr=away, color="black", capsize=3, linewidth=1)
            plot.plot(it.values, [place] * len(it.values), "o", color="white", markeredgecolor="black", markersize=4)
        found = next(it for it in summaries.values() if isinstance(it, Summary))
        plot.axvline(found.floor, color="#c0392b", linestyle="--", linewidth=1.2, label="real clips")
        plot.set_yticks(range(len(summaries)), list(summaries))
        plot.set_ylim(len(summaries) - 0.5, -0.5)
        plot.set_xlabel(f"{metric} ({'real is best' if found.better == 'real' else found.better + ' is better'})")
        plot.legend(loc="best", frameon=False, fontsize="small")
        plot.spines[["top", "right"]].set_visible(False)
        return drawn(figure)


def sample(generator: VideoGenerator, times_T: Tensor, seed: int) -> Clips:
    """A few clips of a system on the CPU, as long as it can make them."""
    longest = generator.max_seconds
    times_T = times_T if longest is None else times_T[times_T <= longest + 1e-6]
    return generator.sample(CLIPS, times=times_T, seed=seed).to("cpu")


def side_by_side(samples: Mapping[str, Clips], skeleton: Skeleton) -> Picture:
    """Rows of frames, some clips of each system; stick figures where there is no video."""
    clips = {name: as_seen(it, skeleton, size=TILE) for name, it in samples.items()}
    frames, size = (max(it.shape[axis] for it in clips.values()) for axis in (1, 2))
    labels = [name if row == 0 else "" for name in clips for row in range(len(clips[name]))]
    return contact_sheet(np.concatenate([_fit(it, frames, size) for it in clips.values()]), labels=labels)


def _fit(clips_BTHWC: Picture, frames: int, size: int) -> Picture:
    """Clips of fewer frames are followed by white ones, those of smaller frames are enlarged."""
    if clips_BTHWC.shape[2] != size:
        flat_NCHW = torch.from_numpy(clips_BTHWC).flatten(0, 1).movedim(-1, 1)
        large_NCHW = torch.nn.functional.interpolate(flat_NCHW, (size, size))
        clips_BTHWC = large_NCHW.movedim(1, -1).unflatten(0, clips_BTHWC.shape[:2]).numpy()
    missing = frames - clips_BTHWC.shape[1]
    return np.pad(clips_BTHWC, ((0, 0), (0, missing), (0, 0), (0, 0), (0, 0)), constant_values=255)
