"""Measures how far the figures that a run's renderer draws lie from the keypoints that they were asked to follow.

    python benchmarks/render_quality.py runs/ode-compose-actions

A small network first learns to find keypoints in clips of the data's training split, whose truth is known. It then
reads held-out real frames (its own error: the floor), frames that the renderer drew for the poses of those clips, and,
for comparison, the same drawn frames set against the poses of other clips (what a renderer scores that draws some
figure, but not the one it was asked for).
"""

import argparse
import json
from pathlib import Path

import torch
from einops import rearrange
from rich.progress import track
from torch import Tensor, nn

from motionkit.assembly import load_component
from motionkit.datasets.windows import Batch, Windows, collate
from motionkit.evaluation.environment import environment
from motionkit.interfaces import ClipDataset, Renderer
from motionkit.interfaces.seeding import seeded
from motionkit.io.run import RunFolder
from motionkit.numerics.heatmaps import pixel_centres
from motionkit.training.experiment import Experiment

CLIPS, FRAMES, FPS = 16, 4, 8.0


class PoseReader(nn.Module):
    """Frames to keypoints: convolutions to one heatmap a joint, and the mean position under each (soft-argmax)."""

    def __init__(self, joints: int) -> None:
        super().__init__()

        def down(narrow: int, wide: int) -> list[nn.Module]:
            return [nn.Conv2d(narrow, wide, 4, 2, 1), nn.BatchNorm2d(wide), nn.ReLU()]

        def up(wide: int, narrow: int) -> list[nn.Module]:
            return [nn.ConvTranspose2d(wide, narrow, 4, 2, 1), nn.BatchNorm2d(narrow), nn.ReLU()]

        self.layers = nn.Sequential(
            *down(3, 24),
            *down(24, 48),
            *down(48, 96),
            *down(96, 96),
            *up(96, 96),
            *up(96, 64),
            nn.Conv2d(64, joints, 1),
        )

    def forward(self, frames_NCHW: Tensor) -> Tensor:
        """Keypoints (N, K, 2) in [-1, 1]."""
        heatmaps_NKHW = self.layers(frames_NCHW)
        size = heatmaps_NKHW.shape[-1]
        weights_NKHW = heatmaps_NKHW.flatten(2).softmax(-1).unflatten(-1, (size, size))
        centres = pixel_centres(size)
        return torch.stack([weights_NKHW.sum(2) @ centres, weights_NKHW.sum(3) @ centres], dim=-1)


def clips(dataset: ClipDataset, size: int, seed: int, first: int) -> Batch:
    windows = Windows(dataset, FRAMES, FPS, seed, size)
    return collate([windows[index] for index in range(first, first + CLIPS)])


def learn_to_read(dataset: ClipDataset, size: int, steps: int) -> PoseReader:
    """A pose reader, trained on frames with noise and random contrast so that it reads imperfect pictures too."""
    torch.manual_seed(0)
    reader = PoseReader(dataset.skeleton.size)
    optimizer = torch.optim.Adam(reader.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=steps)
    windows = Windows(dataset, FRAMES, FPS, seed=3, size=size)
    for step in track(range(steps), "learning to read poses"):
        batch = collate([windows[index] for index in range(step * CLIPS, (step + 1) * CLIPS)])
        assert batch.video_BTCHW is not None
        frames_NCHW, rng = batch.video_BTCHW.flatten(0, 1), seeded(step)
        contrast, noise = 0.6 + 0.6 * torch.rand(len(frames_NCHW), 1, 1, 1, generator=rng), 0.2
        frames_NCHW = contrast * frames_NCHW + noise * torch.randn(frames_NCHW.shape, generator=rng)
        loss = (reader(frames_NCHW) - batch.keypoints_BTK2.flatten(0, 1)).norm(dim=-1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return reader.eval()


def summary(read_NK2: Tensor, asked_NK2: Tensor) -> dict[str, float]:
    """Mean distance in units of [-1, 1], and the share of joints nearer than 0.1 (3.2 pixels of 64)."""
    distance_NK = (read_NK2 - asked_NK2).norm(dim=-1)
    return {"mean distance": float(distance_NK.mean()), "share within 0.1": float((distance_NK < 0.1).float().mean())}


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--batches", type=int, default=16, help=f"batches of {CLIPS} held-out clips to draw")
    parser.add_argument("--reader-steps", type=int, default=600)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()

    run = RunFolder.open(args.run)
    experiment = Experiment.of(run)
    renderer: Renderer = load_component(run, "renderer").eval()
    with torch.enable_grad():
        reader = learn_to_read(experiment.dataset(), renderer.image_size, args.reader_steps)

    read: dict[str, list[Tensor]] = {"real": [], "drawn": []}
    asked, spread = [], []
    test = experiment.dataset("test")
    for number in range(args.batches):
        batch = clips(test, renderer.image_size, seed=4, first=number * CLIPS)
        drawn_BTCHW = renderer(renderer.sample_noise(CLIPS, seeded(5, number)), batch.keypoints_BTK2)
        read["real"].append(reader(batch.video_BTCHW.flatten(0, 1)))
        read["drawn"].append(reader(drawn_BTCHW.flatten(0, 1)))
        asked.append(batch.keypoints_BTK2.flatten(0, 1))
        spread.append([float(rearrange(v, "b t c h w -> b c (t h w)").mean(-1).std(0).mean())
                       for v in (batch.video_BTCHW, drawn_BTCHW)])  # fmt: skip
    asked_NK2, drawn_NK2 = torch.cat(asked), torch.cat(read["drawn"])
    colours = torch.tensor(spread).mean(0)
    figures = {
        "real frames, the floor": summary(torch.cat(read["real"]), asked_NK2),
        "drawn frames": summary(drawn_NK2, asked_NK2),
        "drawn frames, poses of other clips": summary(drawn_NK2, asked_NK2.roll(len(asked_NK2) // 2, dims=0)),
        "spread of mean colour between clips": {"real": float(colours[0]), "drawn": float(colours[1])},
    }
    for name, values in figures.items():
        print(f"{name:38}", "  ".join(f"{key} {value:.3f}" for key, value in values.items()))
    if args.json:
        sample = {"frames": len(asked_NK2), "split": "test", "seeds": {"real": 4, "z_a": 5, "reader": 3}}
        document = {"figures": figures, "sample": sample, "run": run.document}
        args.json.write_text(json.dumps(document | environment(), indent=2) + "\n")


if __name__ == "__main__":
    main()
