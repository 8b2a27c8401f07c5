"""Measures ``motionkit prepare``: frames a second, where the time goes, and what a second worker brings.

    python benchmarks/prepare_throughput.py --videos FOLDER --json benchmarks/results/prepare_throughput.json
    python benchmarks/prepare_throughput.py --cluster    # a Dask cluster of one worker and of two as well

The yardstick is the detector alone, shown the same frames from memory in the same run: ``ratio`` is prepare's frames a
second over the detector's. Detector and prepare take turns, so that what else the machine does falls on both alike; the
figures are of the medians. ``decode`` and ``detect`` are those of the first pass; the rest, ``cut and write``, is the
second decoding, the gates, and the clips. A pool of workers is timed with its start, which a long work does not notice.
The workers of ``--cluster`` are processes of this machine with one thread each, which are there before; the scheduler
and this process take a little of its cores too.
"""

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import torch

from motionkit import registry
from motionkit.config import build_config
from motionkit.datasets.actions import Actions
from motionkit.evaluation.environment import environment
from motionkit.interfaces import Detector, Frame, Pose
from motionkit.io.video import read_video, write_video
from motionkit.pictures.picture import to_picture
from motionkit.preparation.clip_folder import fill
from motionkit.preparation.layouts.layout import videos_in
from motionkit.preparation.settings import VideoSettings
from motionkit.preparation.videos import video_job
from motionkit.workers import HERE, Workers


class Timed(Detector):
    """A detector, and the seconds that it and the decoder before it take."""

    def __init__(self, detector: Detector) -> None:
        super().__init__(detector.config)
        self.detector, self.decode, self.detect_ = detector, 0.0, 0.0
        self.skeleton = detector.skeleton  # type: ignore[misc]  # that of the one inside

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        def decoded() -> Iterator[Frame]:
            waiting = iter(frames)
            while True:
                started = time.perf_counter()
                frame = next(waiting, None)
                self.decode += time.perf_counter() - started
                if frame is None:
                    return
                yield frame

        poses, before = self.detector.detect(decoded(), source), self.decode
        while True:
            started = time.perf_counter()
            pose = next(poses, self)
            self.detect_ += time.perf_counter() - started - (self.decode - before)
            before = self.decode
            if pose is self:
                return
            yield pose  # type: ignore[misc]


def make_videos(folder: Path, count: int) -> None:
    """Made people in motion: four seconds each, of 256 pixels, 25 frames a second."""
    data = Actions(Actions.Config(clips=count))
    for index in range(count):
        video_TCHW = data[index].window(torch.arange(100, dtype=torch.float64) / 25, 256).video_TCHW
        assert video_TCHW is not None
        write_video(folder / f"{index:03d}.mp4", to_picture(video_TCHW), 25)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=Path, help="a folder of short videos; by default eight are made")
    parser.add_argument("--detector", default="mediapipe")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cluster", action="store_true", help="measure Dask clusters of one worker and of two too")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()

    component = registry.load("detector", args.detector)
    detector = component(build_config(component.Config, where="detector"))
    settings = VideoSettings(detector=args.detector, distribution="")
    taken: dict[str, list[float]] = {name: [] for name in ("alone", "decode", "detect", "one worker", "two workers")}
    clusters: dict[str, Workers] = {}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        if args.cluster:
            from distributed import LocalCluster

            for name, count in {"a cluster of one": 1, "a cluster of two": 2}.items():
                quiet = {"dashboard_address": None, "silence_logs": 50}
                cluster = stack.enter_context(LocalCluster(n_workers=count, threads_per_worker=1, **quiet))
                clusters[name], taken[name] = Workers(scheduler=cluster.scheduler_address), []
        source, out = args.videos or Path(folder, "videos"), Path(folder, "clips")
        if not args.videos:
            source.mkdir()
            make_videos(source, 8)
        paths = videos_in(source)
        films = {path: list(read_video(path)) for path in paths}
        frames = sum(map(len, films.values()))

        def alone() -> None:
            for path, film in films.items():
                for _ in detector.detect(iter(film), path):
                    pass

        def whole(by: Detector, workers: Workers) -> None:
            fill(video_job(source, by, settings), out, workers=workers)
            shutil.rmtree(out)

        next(iter(detector.detect(iter(films[paths[0]]), paths[0])))  # its library is loaded
        for _ in range(args.rounds):
            timed = Timed(detector)
            taken["alone"].append(seconds(alone))
            taken["one worker"].append(seconds(lambda by=timed: whole(by, HERE)))  # type: ignore[misc]
            taken["decode"].append(timed.decode)
            taken["detect"].append(timed.detect_)
            taken["two workers"].append(seconds(lambda: whole(detector, Workers(2))))
            for name, workers in clusters.items():
                taken[name].append(seconds(lambda by=workers: whole(detector, by)))  # type: ignore[misc]
    median = {name: statistics.median(values) for name, values in taken.items()}
    one = median["one worker"]
    figures = {
        "frames": frames,
        "frames/s, detector alone": frames / median["alone"],
        "frames/s, one worker": frames / one,
        "frames/s, two workers": frames / median["two workers"],
        "ratio to the detector": median["alone"] / one,
        "two workers over one": one / median["two workers"],
        "share of decode": median["decode"] / one,
        "share of detect": median["detect"] / one,
        "share of cut and write": 1 - (median["decode"] + median["detect"]) / one,
        "load of the machine": os.getloadavg()[0],
    }
    if clusters:
        figures["frames/s, a cluster of one"] = frames / median["a cluster of one"]
        figures["frames/s, a cluster of two"] = frames / median["a cluster of two"]
        figures["a cluster of two over one"] = median["a cluster of one"] / median["a cluster of two"]
    for name, value in figures.items():
        print(f"{name:26}{value:10.4g}")
    if args.json:
        report = {"figures": figures, "seconds": taken, "detector": args.detector} | environment()
        args.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
