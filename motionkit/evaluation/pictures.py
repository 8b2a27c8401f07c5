"""Pictures of an evaluation: generated clips below real ones, beside their nearest training clips, and spreads."""

from collections.abc import Mapping

import numpy as np
from torch import Tensor

from motionkit.evaluation.evaluation import Evaluation
from motionkit.evaluation.score import Unavailable
from motionkit.interfaces import Split, VideoGenerator
from motionkit.metrics.memorisation import nearest
from motionkit.pictures.picture import Picture
from motionkit.pictures.plots.figure import blank_figure, drawn
from motionkit.pictures.sheets import TILE, contact_sheet
from motionkit.pictures.skeletons import as_seen
from motionkit.windows import collate

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
    with blank_figure(5, 0.4 + 1.8 * len(single)) as figure:
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
        return drawn(figure)


def _generated(evaluation: Evaluation, generator: VideoGenerator, index: int, size: int | None) -> Picture:
    times_T = evaluation.protocol.grid_T.float()
    sample = next(evaluation.generated(generator, times_T, range(index, index + 1), video=size is not None))
    return as_seen(sample, generator.skeleton, size=TILE)[0]


def _real(evaluation: Evaluation, split: Split, index: int, size: int | None) -> Picture:
    windows = evaluation.windows(split, "real", size)
    return as_seen(collate([windows[index]]), windows.dataset.skeleton, size=TILE)[0]
