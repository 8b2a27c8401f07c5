"""Trains the network whose features the metric video_frechet takes by default, on a dataset's own labels.

    python benchmarks/train_extractor.py motionkit/metrics/networks/weights/actions-classifier.safetensors
    python benchmarks/train_extractor.py mine.safetensors --data folder -o data.path=clips

Writes a safetensors file whose header says what it was trained on, for how long, and which share of held-out windows
it named rightly, as it is stored.
"""

import argparse
import shlex
import sys
import time
from pathlib import Path

import torch
from rich.progress import track
from torch import Tensor
from torch.nn import functional

from motionkit.assembly import ComponentRef
from motionkit.config import parse_assignments
from motionkit.evaluation.environment import environment
from motionkit.interfaces.seeding import seeded
from motionkit.metrics.networks.action_classifier import NETWORK, SIZE, ActionClassifier, TrainedExtractor
from motionkit.metrics.networks.weights_file import save_weights
from motionkit.windows import Windows

BATCH = 16


def labelled(windows: Windows, labels: list[str], numbers: range) -> tuple[Tensor, Tensor]:
    """Videos (B, T, 3, H, W), and the index of each one's label."""
    videos = [windows[number].video_TCHW for number in numbers]
    names = [windows.dataset[windows.place(number)[0]].label for number in numbers]
    return torch.stack([v for v in videos if v is not None]), torch.tensor([labels.index(name) for name in names])


def augmented(video_BTCHW: Tensor, rng: torch.Generator) -> Tensor:
    """With random contrast and noise: generated clips are imperfect, and should not be foreign for that."""
    contrast = 0.7 + 0.4 * torch.rand(len(video_BTCHW), 1, 1, 1, 1, generator=rng)
    strength = 0.1 * torch.rand(len(video_BTCHW), 1, 1, 1, 1, generator=rng)
    return contrast * video_BTCHW + strength * torch.randn(video_BTCHW.shape, generator=rng)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", default="actions", help="dataset by name; its clips must have labels")
    parser.add_argument("-o", dest="settings", action="append", default=[], help="such as data.path=clips")
    parser.add_argument("--steps", type=int, default=700)
    parser.add_argument("--frames", type=int, default=16)
    parser.add_argument("--fps", type=float, default=16.0)
    parser.add_argument("--held-out", type=int, default=1024, help="windows to measure on")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    data = ComponentRef.of("dataset", args.data, None, parse_assignments(args.settings).get("data", {}), "data")
    train, test = (Windows(data.build(split), args.frames, args.fps, args.seed, SIZE) for split in ("train", "test"))
    labels = sorted({w.dataset[index].label for w in (train, test) for index in range(len(w.dataset))})
    if "" in labels or len(labels) < 2:
        parser.error("every clip needs a label, and there have to be two labels at least")

    torch.manual_seed(args.seed)
    network = ActionClassifier(len(labels))
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=args.steps)
    started = time.monotonic()
    for step in track(range(args.steps), "learning the labels"):
        video_BTCHW, target_B = labelled(train, labels, range(step * BATCH, (step + 1) * BATCH))
        loss = functional.cross_entropy(network(augmented(video_BTCHW, seeded(args.seed, "noise", step))), target_B)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    seconds = time.monotonic() - started

    story = {
        "network": NETWORK,
        "data": args.data,
        "data settings": data.config,
        "labels": labels,
        "frames": args.frames,
        "fps": args.fps,
        "size": SIZE,
        "seed": args.seed,
        "steps": args.steps,
        "batch": BATCH,
        "command": shlex.join(["python", "benchmarks/train_extractor.py", *sys.argv[1:]]),
    }
    save_weights(args.out, network, story)
    stored, right = TrainedExtractor(args.out, None).network, 0
    with torch.no_grad():
        for first in range(0, args.held_out, BATCH):
            video_BTCHW, target_B = labelled(test, labels, range(first, min(first + BATCH, args.held_out)))
            right += int((stored(video_BTCHW).argmax(1) == target_B).sum())
    measured = {"held-out windows": args.held_out, "named rightly": right / args.held_out}
    save_weights(args.out, network, story | {"split": "test"} | measured | environment())
    print(f"{args.out}: {right} of {args.held_out} held-out windows named rightly, after {seconds:.0f} s of training")


if __name__ == "__main__":
    main()
