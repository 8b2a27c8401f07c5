"""Measures whether memory stays flat: a long training of tiny networks, and a long video through ``motionkit prepare``.

    python benchmarks/long_runs.py --json benchmarks/results/long_runs.json

Each work is done in a process of its own, short first and then long. What is told is the highest resident memory of
that process until then, in megabytes: where the long work needs more than the short one, something grows with its
length.
The video has 5 frames a second of 48 x 32 pixels, all of them of a figure that is trusted.
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from motionkit.cli import cli
from motionkit.evaluation.environment import environment
from motionkit.io.video import write_video

FPS = 5
TINY = (
    "motion.width=16", "motion.hidden=8", "motion_discriminator.frame_width=16",
    "motion_discriminator.sequence_widths=[16,16]", "motion_objective.batch=4", "motion_objective.frames=6",
    "motion_encoder.frames=6", "motion_encoder.widths=[16,16]", "loop.workers=0", "data.clips=32",
)  # fmt: skip


def motionkit(*words: object) -> None:
    """The command line, in this process."""
    cli.main([str(word) for word in words], prog_name="motionkit", standalone_mode=False)


def peak() -> float:
    """The highest resident memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def train(folder: Path, lengths: list[int]) -> dict[str, float]:
    """Steps of stage I, each length going on from the one before."""
    settings = [word for setting in TINY for word in ("-o", setting)]
    motionkit("train", "--stage", "motion", "--steps", 10, "--out", folder / "run", *settings)
    figures = {"10 steps": peak()}
    for steps in lengths:
        motionkit("train", "--resume", folder / "run", "--steps", steps)
        figures[f"{steps} steps"] = peak()
    return figures


def prepare(folder: Path, lengths: list[int]) -> dict[str, float]:
    """Minutes of video, each length a video of its own."""
    figures = {}
    for minutes in lengths:
        video = folder / f"{minutes}.mp4"
        frames = minutes * 60 * FPS
        write_video(video, pictures(frames), FPS)
        points_K3 = [[20 + 0.3 * joint, 8 + joint, 0.9] for joint in range(17)]
        entries = [{"time": number / FPS, "keypoints": points_K3} for number in range(frames)]
        (folder / f"{minutes}.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": entries}))
        motionkit("prepare", video, "--out", folder / f"clips-{minutes}", "--detector", "sidecar")
        figures[f"{minutes} minutes"] = peak()
    return figures


def pictures(frames: int) -> Iterator[np.ndarray]:
    """Frames of one colour each, which changes slowly."""
    for number in range(frames):
        yield np.full((32, 48, 3), number // 40 % 256, np.uint8)


def measured(work: Callable[[Path, list[int]], dict[str, float]], lengths: list[int]) -> dict[str, float]:
    """What a work says in a process of its own."""
    apart = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    with tempfile.TemporaryDirectory() as folder, apart as pool:
        return pool.submit(work, Path(folder), lengths).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, nargs="+", default=[500, 1000, 2000])
    parser.add_argument("--minutes", type=int, nargs="+", default=[10, 60])
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures = {"train": measured(train, args.steps), "prepare": measured(prepare, args.minutes)}
    for work, values in figures.items():
        for length, megabytes in values.items():
            print(f"{work:8} {length:12} {megabytes:7.0f} MB at most")
    if args.json:
        document = {"figures": figures, **environment()}
        args.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
