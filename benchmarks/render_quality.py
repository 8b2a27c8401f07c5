"""Measures how far the figures that a run's renderer draws follow the keypoints of real clips.

    python benchmarks/render_quality.py runs/ode-compose-actions

The metric keypoints_followed reads held-out real frames (its reader's own errors: the floor), frames that the renderer
drew for the poses of those clips, and, for comparison, the same drawn frames set against the poses of other clips (what
a renderer scores that draws some figure, but not the one it was asked for). Unlike ``motionkit evaluate``, whose clips
have generated motion, this judges the renderer alone.

The reader that comes with motionkit reads the dataset actions; for another dataset train one with train_pose_reader.py
and give it with -o weights=FILE.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import torch
from rich.progress import track
from torch import Tensor

from motionkit.assembly import load_component
from motionkit.config import build_config, parse_assignments
from motionkit.evaluation.environment import environment
from motionkit.interfaces import Clips, Renderer
from motionkit.interfaces.seeding import seeded
from motionkit.io.run import RunFolder
from motionkit.metrics.keypoints_followed import KeypointsFollowed
from motionkit.training.experiment import Experiment
from motionkit.windows import Windows, collate

CLIPS, FRAMES, FPS = 16, 4, 8.0


def mean_colour(video_BTCHW: Tensor) -> Tensor:
    """(B, 3), of all pixels of a clip."""
    return video_BTCHW.mean(dim=(1, 3, 4))


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--batches", type=int, default=16, help=f"batches of {CLIPS} held-out clips to draw")
    parser.add_argument("-o", dest="settings", action="append", default=[], help="of the metric, such as reader=NAME")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()

    run = RunFolder.open(args.run)
    renderer: Renderer = load_component(run, "renderer").eval()
    config = build_config(KeypointsFollowed.Config, overrides=parse_assignments(args.settings), where="metric")
    metric = KeypointsFollowed(config, renderer.skeleton)
    windows = Windows(Experiment.of(run).dataset("test"), FRAMES, FPS, seed=4, size=renderer.image_size)

    shares: dict[str, list[Tensor]] = {"real": [], "drawn": [], "drawn, poses of other clips": []}
    colours: dict[str, list[Tensor]] = {"real": [], "drawn": []}
    for number in track(range(args.batches), "drawing"):
        batch = collate([windows[index] for index in range(number * CLIPS, (number + 1) * CLIPS)])
        real = Clips(batch.times_BT, batch.keypoints_BTK2, batch.video_BTCHW)
        drawn_BTCHW = renderer(renderer.sample_noise(CLIPS, seeded(5, number)), batch.keypoints_BTK2)
        others = batch.keypoints_BTK2.roll(1, dims=0)
        shares["real"].append(metric.features(real))
        shares["drawn"].append(metric.features(replace(real, video=drawn_BTCHW)))
        shares["drawn, poses of other clips"].append(
            metric.features(replace(real, video=drawn_BTCHW, keypoints=others))
        )
        colours["real"].append(mean_colour(batch.video_BTCHW))
        colours["drawn"].append(mean_colour(drawn_BTCHW))

    figures = {f"keypoints followed, {name}": float(torch.cat(rows).mean()) for name, rows in shares.items()}
    figures |= {f"spread of mean colour, {name}": float(torch.cat(c).std(0).mean()) for name, c in colours.items()}
    for name, value in figures.items():
        print(f"{name:50} {value:.3f}")
    if args.json:
        sample = {"clips": args.batches * CLIPS, "frames": FRAMES, "fps": FPS, "seeds": {"real": 4, "z_a": 5}}
        metric_used = {"settings": config.model_dump(mode="json"), "provenance": metric.provenance()}
        document = {"figures": figures, "sample": sample, "metric": metric_used, "run": run.document}
        args.json.write_text(json.dumps(document | environment(), indent=2) + "\n")


if __name__ == "__main__":
    main()
