"""Pictures of an evaluation: generated clips below real ones, beside their nearest training clips, and spreads."""

from collections.abc import Mapping

import matplotlib.style
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import Tensor

from motionkit.evaluation.evaluation import Evaluation
from motionkit.evaluation.score import Unavailable
from motionkit.interfaces import Skeleton, Split, VideoGenerator
from motionkit.io.pictures import Picture, contact_sheet, overlay, to_picture
from motionkit.metrics.memorisation import nearest

SHOWN = 4
"""Clips of each kind."""


def real_above_generated(evaluation: Evaluation, generator: VideoGenerator) -> Picture:
    """The first real clips, and the first generated ones; stick figures where the generator makes no video."""
    shown = range(min(SHOWN, evaluation.protocol.n))
    size = generator.image_size
    rows = [_real(evaluation, "test", index, size) for index in shown]
    rows += [_generated(evaluation, generator, index, size) for index in shown]
    return contact_sheet(np.stack(rows), labels=["real"] * len(shown) + ["generated"] * len(shown))


def beside_nearest(evaluation: Evaluation, generator: VideoGenerator, name: str, generated_MD: Tensor) -> Picture:
    """The generated clips that are nearest to a training clip, each above that clip, with their distance.

    A metric of keypoints shows them as stick figures.

    Args:
        evaluation: has measured them.
        generator: of the clips.
        name: of the metric, one whose reference is the training split.
        generated_MD: its features of the generated clips.
    """
    found = nearest(evaluation.real_of(name).reference_ND, generated_MD)
    size = None if evaluation.metrics[name].needs == "keypoints" else generator.image_size
    rows, labels = [], []
    for index in found.distances_M.argsort(stable=True)[:SHOWN].tolist():
        rows.append(_generated(evaluation, generator, index, size))
        rows.append(_real(evaluation, "train", int(found.indices_M[index]), size))
        labels += [f"generated {index}", f"{found.distances_M[index]:.3f} away"]
    return contact_sheet(np.stack(rows), labels=labels)


def spreads(evaluation: Evaluation, features: Mapping[str, Tensor | Unavailable]) -> Picture | None:
    """How the numbers of clips are spread, real and generated, of each metric that has one number a clip.

    Returns:
        None if there is no such metric.
    """
    single = {name: it for name, it in features.items() if isinstance(it, Tensor) and it.shape[1] == 1}
    if not single:
        return None
    with matplotlib.style.context("default"):
        figure = Figure(figsize=(5, 0.4 + 1.8 * len(single)), dpi=100, layout="constrained")
        canvas = FigureCanvasAgg(figure)
        for plot, (name, generated_M1) in zip(
            figure.subplots(len(single), squeeze=False)[:, 0], single.items(), strict=True
        ):
            real_N1 = evaluation.real_of(name).reference_ND
            values = [real_N1[:, 0].double().numpy(), generated_M1[:, 0].double().numpy()]
            bins = np.histogram_bin_edges(np.concatenate(values), 40)
            plot.hist(values, bins=bins, density=True, histtype="stepfilled", alpha=0.5, label=["real", "generated"])
            plot.set_xlabel(name)
            plot.set_yticks([])
        figure.axes[0].legend(frameon=False)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _generated(evaluation: Evaluation, generator: VideoGenerator, index: int, size: int | None) -> Picture:
    times_T = evaluation.protocol.grid_T.float()
    sample = next(evaluation.generated(generator, times_T, range(index, index + 1), video=size is not None))
    video, keypoints = (None if part is None else part[0] for part in (sample.video, sample.keypoints))
    return _frames(video, keypoints, generator.skeleton)


def _real(evaluation: Evaluation, split: Split, index: int, size: int | None) -> Picture:
    windows = evaluation.windows(split, "real", size)
    return _frames(windows[index].video_TCHW, windows[index].keypoints_TK2, windows.dataset.skeleton)


def _frames(video_TCHW: Tensor | None, keypoints_TK2: Tensor | None, skeleton: Skeleton | None) -> Picture:
    """A clip as people see it, uint8 (T, H, W, 3): a stick figure where there is no video."""
    if video_TCHW is not None:
        return to_picture(video_TCHW)
    assert keypoints_TK2 is not None and skeleton is not None
    return overlay(None, keypoints_TK2, skeleton, size=128)
