"""Stage I with motionkit's parts: the program of 01_by_hand.py, with each piece taken from the toolkit.

    python examples/02_with_motionkit.py --steps 2000 --out runs/with-motionkit

What the parts bring beside fewer lines: a solver whose cost hardly depends on the number of frames, windows at random
moments of every clip, and seeds that make the run repeatable. The command ``motionkit train --stage motion`` adds
averaged weights, checkpoints, curves and several processes.
"""

import argparse
from pathlib import Path

import torch
from accelerate import Accelerator

import motionkit
from motionkit.datasets.actions import Actions
from motionkit.discriminators.trajectory import TrajectoryDiscriminator
from motionkit.interfaces.seeding import seeded
from motionkit.motion.ode import OdeMotion
from motionkit.objectives.motion_adversarial import MotionAdversarial
from motionkit.pictures.picture import save_png
from motionkit.pictures.plots.trajectories import trajectories
from motionkit.training.stage import Stage
from motionkit.windows import collate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--out", type=Path, default=Path("runs/with-motionkit"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)

    # The data, and the two networks. All that they share is the skeleton: which keypoints there are.
    dataset = Actions(Actions.Config())
    motion = OdeMotion(OdeMotion.Config(width=128), dataset.skeleton)
    critics = TrajectoryDiscriminator(TrajectoryDiscriminator.Config(), dataset.skeleton)

    # The objective is the game: Eqs. 3 and 4, and at which times motion is judged. The stage plays it step by step.
    objective = MotionAdversarial(MotionAdversarial.Config(), motion, critics)
    stage = Stage("motion", objective)
    stage.prepare(Accelerator(cpu=True))
    windows = stage.windows(dataset, seed=0)

    size = stage.config.batch
    for step in range(args.steps):
        # Window number i is a function of the seed and i, so a run can go on at any step.
        batch = collate([windows[step * size + i] for i in range(size)])
        scalars = stage.step(batch, seeded(0, "motion", step), step)
        if step % 100 == 0 or step == args.steps - 1:
            print(f"step {step}", *(f"{name} {float(value):.3f}" for name, value in scalars.items()), sep="  ")

    # A generator of keypoints; with a renderer as its second argument it makes video.
    generator = motionkit.TwoStageGenerator(motion)
    sample = generator.sample(3, times=motionkit.frame_times(seconds=1, fps=60))
    save_png(args.out / "keypoints.png", trajectories(sample.keypoints_BTK2, sample.times, dataset.skeleton))
    print(f"keypoints over time: {args.out / 'keypoints.png'}")


if __name__ == "__main__":
    main()
