"""Measures what a run's renderer makes of the keypoints of real clips, which no motion model spoils.

    python benchmarks/render_quality.py runs/ode-compose-actions

Held-out clips are drawn anew from their true keypoints, in appearances from fresh noise and, where the run has an
encoder, in their own. Four figures for each kind, beside those of the real clips themselves:

- keypoints_followed: the share of keypoints that a reader finds where they were asked for
- video_frechet: the distance to the real clips; its floor is that of other real clips
- colour on the body, colour elsewhere: mean distance of a pixel from the real one, RGB in [-1, 1], for pixels within
  0.08 of a bone and for all others; of clips in their own appearance

The networks that come with motionkit know the dataset actions; for other data train some with train_pose_reader.py and
train_extractor.py, and name them with -o keypoints_followed.weights=FILE and -o video_frechet.weights=FILE.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from rich.progress import track
from torch import Tensor

from motionkit.assembly import load_component
from motionkit.config import build_config, parse_assignments
from motionkit.evaluation.environment import environment
from motionkit.interfaces import Clips, Encoder, Metric, Renderer
from motionkit.interfaces.seeding import seeded
from motionkit.io.run import RunFolder
from motionkit.metrics.keypoints_followed import KeypointsFollowed
from motionkit.metrics.video_frechet import VideoFrechet
from motionkit.numerics.pose_maps import limb_maps
from motionkit.training.experiment import Experiment
from motionkit.windows import Windows, collate

BATCH, FRAMES, FPS = 16, 16, 16.0
NEAR = 0.08
"""A pixel within this distance of a bone is the body's."""


def body(clips: Clips, bones: tuple[tuple[int, int], ...]) -> Tensor:
    """Which pixels are the body's, (B, T, 1, H, W)."""
    keypoints_NK2, size = clips.keypoints_BTK2.flatten(0, 1), clips.video_BTCHW.shape[-1]
    lines_NLSS = limb_maps(keypoints_NK2, bones, size, NEAR)
    return (lines_NLSS.amax(1, keepdim=True) > torch.tensor(-0.5).exp()).unflatten(0, clips.times_BT.shape)


def distance(one: Clips, other: Clips, where: Tensor) -> Tensor:
    """Mean distance of pixels, of each clip, (B, 1)."""
    gap = (one.video_BTCHW - other.video_BTCHW).abs().mean(2, keepdim=True) * where
    return (gap.flatten(1).sum(1) / where.flatten(1).sum(1).clamp(min=1))[:, None]


def features(kinds: Mapping[str, Clips], metrics: Mapping[str, Metric], bones: tuple[tuple[int, int], ...]) -> dict:
    """What is measured of each kind of clips, by figure and kind."""
    rows = {(name, kind): metric.features(clips) for name, metric in metrics.items() for kind, clips in kinds.items()}
    if "own appearance" in kinds:
        where, pair = body(kinds["real"], bones), (kinds["own appearance"], kinds["real"])
        rows["colour on the body", "own appearance"] = distance(*pair, where)
        rows["colour elsewhere", "own appearance"] = distance(*pair, ~where)
    return rows


def drawn(renderer: Renderer, noise_BD: Tensor, clips: Clips) -> Clips:
    """The clips' poses in the appearances of noise."""
    return replace(clips, video=renderer(noise_BD, clips.keypoints_BTK2))


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("-n", type=int, default=128, help="held-out clips to draw")
    parser.add_argument("--seed", type=int, default=4, help="which of them, and in which appearances")
    parser.add_argument("-o", dest="settings", action="append", default=[], help="of a metric; data.seed=7 of the data")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()

    run = RunFolder.open(args.run)
    settings = parse_assignments(args.settings)
    data = Experiment.of(run).components["data"]
    data = data.model_copy(update={"config": data.config | settings.get("data", {})})
    dataset = data.build("test")
    renderer: Renderer = load_component(run, "renderer").eval()
    encoder: Encoder | None = load_component(run, "appearance_encoder", renderer.noise_size)
    metrics = {
        name: kind(build_config(kind.Config, overrides=settings.get(name, {}), where=name), dataset.skeleton)
        for name, kind in (("keypoints_followed", KeypointsFollowed), ("video_frechet", VideoFrechet))
    }
    found: dict[tuple[str, str], list[Tensor]] = {}
    real_windows, other_windows = (
        Windows(dataset, FRAMES, FPS, seed=args.seed + more, size=renderer.image_size) for more in (0, 1)
    )
    for first in track(range(0, args.n, BATCH), "drawing"):
        numbers = range(first, min(first + BATCH, args.n))
        real, others = (collate([it[index] for index in numbers]) for it in (real_windows, other_windows))
        noise_BD = renderer.sample_noise(len(numbers), seeded(args.seed, "z_a", first))
        kinds = {"real": real, "others": others, "fresh appearance": drawn(renderer, noise_BD, real)}
        if encoder is not None:
            kinds["own appearance"] = drawn(renderer, encoder.eval()(real).mean_BD, real)
        for key, rows in features(kinds, metrics, dataset.skeleton.bones).items():
            found.setdefault(key, []).append(rows)

    figures: dict[str, dict[str, float]] = {}
    real_rows = {name: torch.cat(found[name, "real"]) for name in metrics}
    for (name, kind), rows in found.items():
        all_rows = torch.cat(rows)
        metric = metrics.get(name)
        value = float(all_rows.mean()) if metric is None else metric.score(real_rows[name], all_rows)
        if (name, kind) not in (("video_frechet", "real"), ("keypoints_followed", "others")):
            figures.setdefault(name, {})["other real clips" if kind == "others" else kind] = value
    for name, values in figures.items():
        print(f"{name:20}", *(f"{kind} {value:.3f}  " for kind, value in values.items()))
    if args.json:
        sample = {"clips": args.n, "frames": FRAMES, "fps": FPS, "seed": args.seed, "data": data.config}
        used = {
            name: {"settings": metric.config.model_dump(mode="json"), "provenance": metric.provenance()}
            for name, metric in metrics.items()
        }
        document = {"figures": figures, "sample": sample, "metrics": used, "run": run.document}
        args.json.write_text(json.dumps(document | environment(), indent=2) + "\n")


if __name__ == "__main__":
    main()
