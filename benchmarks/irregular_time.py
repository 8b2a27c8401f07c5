"""Measures what a clip's own time stamps are worth, where half of the frames were lost at random.

    python benchmarks/irregular_time.py --json benchmarks/results/irregular_time.json

Clips of ``actions`` are recorded at 32 frames a second, and every second frame, on average, is dropped at random.
Stage I learns from them twice, in equal steps and from equal seeds: once at the frames that are left, whose times the
motion model and its critics are told; and once on an even grid of 16 frames a second, onto which the keypoints are
interpolated in straight lines, as must be done for a model that counts frames. Both are compared with held-out truth:
whole trajectories on the even grid, and what happens between its frames.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from rich.progress import track
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from motionkit.datasets.actions import Actions
from motionkit.discriminators.trajectory import TrajectoryDiscriminator
from motionkit.evaluation.environment import environment
from motionkit.interfaces import Clip, ClipDataset, Skeleton, Window
from motionkit.interfaces.seeding import seeded
from motionkit.motion.ode import OdeMotion
from motionkit.numerics.frechet import frechet_distance
from motionkit.numerics.nearest import distinct_nearest
from motionkit.numerics.timeline import frame_times
from motionkit.objectives.motion_adversarial import MotionAdversarial
from motionkit.training.checkpoint import averaging
from motionkit.training.stage import Stage
from motionkit.two_stages import TwoStageGenerator
from motionkit.windows import Windows, collate

RECORDED_FPS, KEPT = 32, 0.5
FRAMES, FPS = 16, 16


class WithGaps(Clip):
    """A clip that was recorded, and of whose frames a random half was lost; its first and last are there."""

    def __init__(self, clip: Clip, rng: torch.Generator) -> None:
        self.clip, self.label, self.source, self.seconds = clip, clip.label, clip.source, clip.seconds
        times_F = torch.arange(int(clip.seconds * RECORDED_FPS) + 1, dtype=torch.float64) / RECORDED_FPS
        kept_F = torch.rand(len(times_F), generator=rng) < KEPT
        kept_F[[0, -1]] = True
        self.recorded_F = times_F[kept_F]

    def window(self, times_T: Tensor, size: int | None = None) -> Window:
        return self.clip.window(self.recorded_F[distinct_nearest(self.recorded_F.numpy(), times_T.numpy())], size)


class Resampled(WithGaps):
    """The same, interpolated at the times asked for."""

    def window(self, times_T: Tensor, size: int | None = None) -> Window:
        known = self.clip.window(self.recorded_F)
        flat_FD = known.keypoints_TK2.flatten(1).double().numpy()
        columns = [np.interp(times_T.numpy(), self.recorded_F.numpy(), column) for column in flat_FD.T]
        keypoints_TK2 = torch.from_numpy(np.stack(columns, 1)).float().unflatten(1, known.keypoints_TK2.shape[1:])
        return Window(times_T, keypoints_TK2, torch.ones(keypoints_TK2.shape[:2]), None)


class Lossy(ClipDataset):
    """``actions`` as such recordings."""

    def __init__(self, actions: Actions, form: type[WithGaps]) -> None:
        super().__init__(actions.config, actions.split)
        self.actions, self.form = actions, form

    @property
    def skeleton(self) -> Skeleton:
        return self.actions.skeleton

    def __len__(self) -> int:
        return len(self.actions)

    def __getitem__(self, index: int) -> Clip:
        return self.form(self.actions[index], seeded("lost frames", index))


def train(dataset: ClipDataset, steps: int, seed: int, name: str) -> OdeMotion:
    """A motion model of the size ``small`` with averaged weights, from the settings that ``motionkit train`` uses."""
    torch.manual_seed(seed)
    motion = OdeMotion(OdeMotion.Config(**OdeMotion.Config.presets["small"]), dataset.skeleton)
    critics = TrajectoryDiscriminator(TrajectoryDiscriminator.Config(), dataset.skeleton)
    stage = Stage("motion", MotionAdversarial(MotionAdversarial.Config(frames=FRAMES, fps=FPS), motion, critics))
    stage.prepare(Accelerator(cpu=True))
    average = AveragedModel(motion, multi_avg_fn=averaging(stage.config.average_decay))
    windows, size = stage.windows(dataset, seed), stage.config.batch
    for step in track(range(steps), f"{name}, seed {seed}"):
        batch = collate([windows[index] for index in range(step * size, (step + 1) * size)])
        stage.step(batch, seeded(seed, "motion", step), step)
        average.update_parameters(motion)
    return average.module


def dense(dataset: ClipDataset, number: int, seed: int) -> Tensor:
    """Held-out truth at twice the frame rate, (number, T, K, 2)."""
    windows = Windows(dataset, 2 * FRAMES - 1, 2 * FPS, seed)
    return collate([windows[index] for index in range(number)]).keypoints_BTK2


def between(dense_BTK2: Tensor) -> Tensor:
    """How far each moment between two frames lies from the middle of the two, (B, D)."""
    return (dense_BTK2[:, 1::2] - (dense_BTK2[:, :-1:2] + dense_BTK2[:, 2::2]) / 2).flatten(1)


def figures(sample: Tensor, real: Tensor) -> dict[str, float]:
    """Distances to the truth, and the size of what happens between frames (the truth's own is that of ``real``)."""
    return {
        "frechet distance, even frames": frechet_distance(real[:, ::2].flatten(1), sample[:, ::2].flatten(1)),
        "frechet distance, between frames": 1e3 * frechet_distance(between(real), between(sample)),
        "rms between frames": 1e3 * float(between(sample).square().mean().sqrt()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("-n", type=int, default=1024, help="sequences in each sample")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    args = parser.parse_args()
    torch.set_num_threads(1)

    actions, test = Actions(Actions.Config()), Actions(Actions.Config(), "test")
    real, other = dense(test, args.n, seed=1), dense(test, args.n, seed=2)
    times_T = frame_times((2 * FRAMES) / (2 * FPS), 2 * FPS)[1:]  # from the first frame that training judges
    table = {"real against real": [figures(other, real)]}
    for name, form in (("own time stamps", WithGaps), ("resampled grid", Resampled)):
        table[name] = []
        for seed in range(args.seeds):
            motion = train(Lossy(actions, form), args.steps, seed, name)
            made = TwoStageGenerator(motion).sample(args.n, times=times_T, seed=0).keypoints_BTK2
            table[name].append(figures(made, real))
    for name, rows in table.items():
        for key in rows[0]:
            print(f"{name:20}{key:36}", *(f"{row[key]:8.4g}" for row in rows))
    if args.json:
        settings = {"steps": args.steps, "seeds": args.seeds, "n": args.n, "recorded fps": RECORDED_FPS, "kept": KEPT}
        args.json.write_text(json.dumps({"figures": table, "settings": settings} | environment(), indent=2) + "\n")


if __name__ == "__main__":
    main()
