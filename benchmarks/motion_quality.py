"""Measures a run's motion against held-out clips of the data that it learnt from.

    python benchmarks/motion_quality.py runs/ode-compose-actions

Prints the Frechet distance of whole keypoint sequences beside the distance between two samples of real ones, mean
acceleration, and the spread of a bone's length, and writes them to a JSON file with the machine and the versions.
"""

import argparse
import json
from pathlib import Path

import torch

from motionkit.assembly import TwoStageGenerator, load_component
from motionkit.evaluation.environment import environment
from motionkit.interfaces import ClipDataset
from motionkit.io.run import RunFolder
from motionkit.numerics.bones import bone_lengths
from motionkit.numerics.derivatives import divided_difference
from motionkit.numerics.frechet import frechet_distance
from motionkit.numerics.timeline import frame_times
from motionkit.training.experiment import Experiment
from motionkit.windows import Windows, collate

BONE = ("left shoulder", "left elbow")


def real_sequences(dataset: ClipDataset, number: int, frames: int, fps: float, seed: int) -> torch.Tensor:
    """Keypoints (number, frames, K, 2) of random windows."""
    windows = Windows(dataset, frames, fps, seed)
    return collate([windows[index] for index in range(number)]).keypoints_BTK2


def mean_acceleration(keypoints_BTK2: torch.Tensor) -> float:
    """In units of [-1, 1] a frame squared."""
    frames_T = torch.arange(keypoints_BTK2.shape[1], dtype=torch.float64)
    return float(divided_difference(keypoints_BTK2.double(), frames_T, order=2).norm(dim=-1).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("-n", type=int, default=2048, help="sequences in each sample")
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--fps", type=float, default=16.0)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()

    run = RunFolder.open(args.run)
    experiment = Experiment.of(run)
    motion = load_component(run, "motion")
    dataset = experiment.dataset("test")
    real, other = (real_sequences(dataset, args.n, args.frames, args.fps, seed) for seed in (1, 2))
    times_T = frame_times(args.frames / args.fps, args.fps)
    generator = TwoStageGenerator(motion)
    generated = generator.sample(args.n, times=times_T, seed=0).keypoints_BTK2

    skeleton = generator.skeleton
    bone = skeleton.bones.index((skeleton.index(BONE[0]), skeleton.index(BONE[1])))
    lengths = {
        name: bone_lengths(k, skeleton.bones)[..., bone] for name, k in (("real", real), ("generated", generated))
    }
    figures = {
        "frechet distance": frechet_distance(real.flatten(1), generated.flatten(1)),
        "frechet distance, real against real": frechet_distance(real.flatten(1), other.flatten(1)),
        "mean acceleration": mean_acceleration(generated),
        "mean acceleration, real": mean_acceleration(real),
        "upper arm": [float(lengths["generated"].mean()), float(lengths["generated"].std())],
        "upper arm, real": [float(lengths["real"].mean()), float(lengths["real"].std())],
        "field evaluations": generator.nfe,
    }
    sample = {"n": args.n, "frames": args.frames, "fps": args.fps, "split": "test", "seeds": {"real": [1, 2], "z": 0}}
    for name, value in figures.items():
        print(f"{name:38}", *(f"{v:.4g}" for v in (value if isinstance(value, list) else [value])))
    if args.json:
        document = {"figures": figures, "sample": sample, "run": run.document}
        args.json.write_text(json.dumps(document | environment(), indent=2) + "\n")


if __name__ == "__main__":
    main()
