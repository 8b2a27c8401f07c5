"""Writing a benchmark's report folder: results.json, pictures, report.md."""

import json

import torch
from torch import Tensor

from motionkit.bench.bench import PLOTS, Bench
from motionkit.bench.pictures import CLIPS, bars, sample, side_by_side
from motionkit.bench.report import report
from motionkit.bench.results import Results
from motionkit.bench.swings import swings
from motionkit.datasets.pendulum import PENDULUM_STATE
from motionkit.evaluation.evaluation import Protocol
from motionkit.interfaces import ClipDataset, Clips, Skeleton
from motionkit.io.atomic import replacing
from motionkit.numerics.resampling import linear_at
from motionkit.pictures.picture import Picture, save_png
from motionkit.pictures.plots.trajectories import trajectories
from motionkit.windows import Windows, collate

FINE = 4
"""Moments for each frame where curves over time are drawn, so that what lies between frames shows."""


def publish(bench: Bench, results: Results) -> None:
    """Write everything that was found to the bench's folder."""
    with replacing(bench.folder / "results.json") as temporary:
        temporary.write_text(json.dumps(results.document(), indent=2) + "\n", encoding="utf-8")
    (bench.folder / PLOTS).mkdir(exist_ok=True)
    named: dict[str, str] = {}

    def keep(title: str, file: str, picture: Picture) -> None:
        save_png(bench.folder / PLOTS / file, picture)
        named[title] = f"{PLOTS}/{file}"

    for metric, summaries in results.measured().items():
        keep(metric, f"{metric}.png", bars(metric, summaries))
    protocol = Protocol.model_validate(results.protocol)
    skeleton = bench.dataset("test").skeleton
    if skeleton.name == PENDULUM_STATE.name:
        keep("Swings", "swings.png", swings(_samples(bench, results, protocol, _fine(protocol))))
    else:
        keep("Clips", "clips.png", side_by_side(_samples(bench, results, protocol, protocol.grid_T), skeleton))
        keep("Motion", "motion.png", _motion(_samples(bench, results, protocol, _fine(protocol)), skeleton))
    with replacing(bench.folder / "report.md") as temporary:
        temporary.write_text(report(results, named), encoding="utf-8")


def _fine(protocol: Protocol) -> Tensor:
    return torch.linspace(
        1 / protocol.fps, protocol.frames / protocol.fps, (protocol.frames - 1) * FINE + 1, dtype=torch.float64
    )


def _samples(bench: Bench, results: Results, protocol: Protocol, times_T: Tensor) -> dict[str, Clips]:
    """A few clips of real data and of each system, of the first seed that did not fail."""
    samples = {"real": _real(bench.dataset("test"), protocol, times_T)}
    for system in bench.plan.systems:
        if outcome := results.whole(system.name):
            generator = bench.generator(system, outcome.seed)
            made = sample(generator, times_T, protocol.seed)
            if generator.skeleton == bench.dataset("test").skeleton:
                samples[system.name] = made
            elif made.video is not None:
                samples[system.name] = Clips(made.times, video=made.video)
    return samples


def _real(data: ClipDataset, protocol: Protocol, times_T: Tensor) -> Clips:
    """A few real clips; recorded ones between their frames on straight lines, and without video there."""
    windows = Windows(data, protocol.frames, protocol.fps, protocol.seeds["real"], protocol.size)
    since_T = times_T - times_T[0]
    if data[0].recorded_times_T is None or len(times_T) == protocol.frames:
        clips = collate([windows.at(since_T)[index] for index in range(CLIPS)])
        return Clips(times_T, clips.keypoints, clips.video)
    frames = collate([windows[index] for index in range(CLIPS)])
    lines_BTD = linear_at(frames.keypoints_BTK2.flatten(2), frames.times_BT, since_T.float().expand(CLIPS, -1))
    return Clips(times_T, lines_BTD.unflatten(2, (data.skeleton.size, 2)))


def _motion(samples: dict[str, Clips], skeleton: Skeleton) -> Picture:
    """Keypoints over time of two clips of each system."""
    two = {name: it.keypoints_BTK2[:2] for name, it in samples.items() if it.keypoints is not None}
    labels = [name for name in two for _ in range(2)]
    return trajectories(torch.cat(list(two.values())), samples["real"].times, skeleton, labels)
