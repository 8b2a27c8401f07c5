"""Trains the network by which the metric keypoints_followed reads poses, on a dataset's own keypoints.

    python benchmarks/train_pose_reader.py motionkit/metrics/networks/weights/actions-pose-reader.safetensors
    python benchmarks/train_pose_reader.py mine.safetensors --data folder -o data.path=clips

Writes a safetensors file whose header says what it was trained on, for how long, and how far from the truth it reads
held-out frames, as it is stored.
"""

import argparse
import shlex
import sys
import time
from pathlib import Path

import torch
from rich.progress import track
from torch import Tensor

from motionkit.assembly import ComponentRef
from motionkit.config import parse_assignments
from motionkit.evaluation.environment import environment
from motionkit.interfaces.seeding import seeded
from motionkit.metrics.keypoints_followed import correct_keypoints
from motionkit.metrics.networks.pose_reader import NETWORK, SIZE, PoseReader, TrainedReader
from motionkit.metrics.networks.weights_file import save_weights
from motionkit.windows import Windows, collate

CLIPS, FRAMES, FPS = 16, 3, 4.0
"""Frames of one clip resemble each other, so a batch takes few of each, far apart."""


def windows(dataset: Windows, numbers: range) -> tuple[Tensor, Tensor]:
    """Videos (B, T, 3, H, W) and keypoints (B, T, K, 2)."""
    batch = collate([dataset[number] for number in numbers])
    return batch.video_BTCHW, batch.keypoints_BTK2


def augmented(frames_NCHW: Tensor, rng: torch.Generator) -> Tensor:
    """With random contrast and noise, so that it reads imperfect pictures too."""
    contrast = 0.6 + 0.6 * torch.rand(len(frames_NCHW), 1, 1, 1, generator=rng)
    strength = 0.2 * torch.rand(len(frames_NCHW), 1, 1, 1, generator=rng)
    return contrast * frames_NCHW + strength * torch.randn(frames_NCHW.shape, generator=rng)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", default="actions", help="dataset by name")
    parser.add_argument("-o", dest="settings", action="append", default=[], help="such as data.path=clips")
    parser.add_argument("--steps", type=int, default=700)
    parser.add_argument("--held-out", type=int, default=1024, help="windows to measure on")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    data = ComponentRef.of("dataset", args.data, None, parse_assignments(args.settings).get("data", {}), "data")
    train, test = (Windows(data.build(split), FRAMES, FPS, args.seed, SIZE) for split in ("train", "test"))
    skeleton = train.dataset.skeleton

    torch.manual_seed(args.seed)
    network = PoseReader(skeleton.size)
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=5e-3, total_steps=args.steps)
    started = time.monotonic()
    for step in track(range(args.steps), "learning to read poses"):
        video_BTCHW, truth_BTK2 = windows(train, range(step * CLIPS, (step + 1) * CLIPS))
        frames_NCHW = augmented(video_BTCHW.flatten(0, 1), seeded(args.seed, "noise", step))
        loss = (network(frames_NCHW) - truth_BTK2.flatten(0, 1)).norm(dim=-1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    seconds = time.monotonic() - started

    story = {
        "network": NETWORK,
        "data": args.data,
        "data settings": data.config,
        "skeleton": skeleton.name,
        "size": SIZE,
        "seed": args.seed,
        "steps": args.steps,
        "batch": CLIPS * FRAMES,
        "command": shlex.join(["python", "benchmarks/train_pose_reader.py", *sys.argv[1:]]),
    }
    save_weights(args.out, network, story)
    stored, distances, shares = TrainedReader(args.out, None, skeleton), [], []
    with torch.no_grad():
        for first in range(0, args.held_out, CLIPS):
            video_BTCHW, truth_BTK2 = windows(test, range(first, min(first + CLIPS, args.held_out)))
            read_BTK2 = stored(video_BTCHW)
            distances.append((read_BTK2 - truth_BTK2).norm(dim=-1).mean())
            shares.append(correct_keypoints(read_BTK2, truth_BTK2, 0.1).mean())
    measured = {
        "held-out frames": args.held_out * FRAMES,
        "mean distance": round(float(torch.stack(distances).mean()), 4),
        "pck 0.1": round(float(torch.stack(shares).mean()), 4),
    }
    save_weights(args.out, network, story | {"split": "test"} | measured | environment())
    print(f"{args.out}: {measured}, after {seconds:.0f} s of training")


if __name__ == "__main__":
    main()
