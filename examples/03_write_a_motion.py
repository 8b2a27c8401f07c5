"""A motion model of one's own: a sum of harmonics, checked against the contract and trained.

    python examples/03_write_a_motion.py --steps 2000 --out runs/harmonics

Every clip has a tempo; each coordinate is a mean, plus a few sines at whole multiples of the tempo. All of it is read
off the noise, and nothing is solved. Such motion repeats itself for ever, as waving and walking do.

docs/extending.md shows how such a class becomes a plugin that ``motionkit train --motion harmonics`` finds.
"""

import argparse
import math
from pathlib import Path

import torch
from accelerate import Accelerator
from pydantic import Field
from torch import Tensor, nn

import motionkit
from motionkit.datasets.actions import Actions
from motionkit.discriminators.trajectory import TrajectoryDiscriminator
from motionkit.interfaces import ComponentConfig, MotionGenerator, Skeleton
from motionkit.interfaces.seeding import seeded
from motionkit.objectives.motion_adversarial import MotionAdversarial
from motionkit.pictures.picture import save_png
from motionkit.pictures.plots.trajectories import trajectories
from motionkit.testing import check_motion
from motionkit.training.stage import Stage
from motionkit.windows import collate


class HarmonicMotion(MotionGenerator):
    """Each coordinate is a sum of sines at whole multiples of the clip's own tempo."""

    class Config(ComponentConfig):
        """Sizes, and the tempos that a clip may have."""

        noise_size: int = Field(64, ge=1, description="length of z_m")
        hidden: int = Field(128, ge=1, description="length of the latent state")
        harmonics: int = Field(3, ge=1, description="sines in each coordinate")
        slowest: float = Field(0.2, gt=0, description="turns a second")
        fastest: float = Field(2.0, gt=0, description="turns a second")

    # Defined at every time, and decided by the noise alone.
    continuous = True
    stochastic = False
    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.initial = nn.Sequential(nn.Linear(config.noise_size, config.hidden), nn.SiLU())
        self.initial.append(nn.Linear(config.hidden, config.hidden))
        self.tempo = nn.Linear(config.hidden, 1)
        self.mean = nn.Linear(config.hidden, 2 * skeleton.size)
        # A cosine and a sine of each harmonic together are one sine of any amplitude and phase.
        self.waves = nn.Linear(config.hidden, 2 * config.harmonics * 2 * skeleton.size)

    @property
    def noise_size(self) -> int:
        return self.config.noise_size

    def initial_value(self, noise_BD: Tensor) -> Tensor:
        """P(z_m); its spread is what keeps the clips different from each other (Eq. 3)."""
        return self.initial(noise_BD)

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        config, state_BH = self.config, self.initial_value(noise_BD)
        # Tempos keep to their range whatever the weights are: a critic cannot drive them to absurd speeds.
        tempo_B1 = config.slowest * (config.fastest / config.slowest) ** torch.sigmoid(self.tempo(state_BH))
        # (T,) and (B, T) both become (B, T) here.
        turns_BT1 = (tempo_B1 * times)[..., None]
        multiples = torch.arange(1, config.harmonics + 1, device=times.device)
        angles_BTM = 2 * math.pi * turns_BT1 * multiples
        basis_BTW = torch.cat([angles_BTM.cos(), angles_BTM.sin()], dim=-1)
        weights_BWF = self.waves(state_BH).unflatten(-1, (2 * config.harmonics, 2 * self.skeleton.size))
        flat_BTF = self.mean(state_BH)[:, None] + basis_BTW @ weights_BWF
        return flat_BTF.unflatten(-1, (self.skeleton.size, 2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--out", type=Path, default=Path("runs/harmonics"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)

    # Every promise of a motion model, one line each; a broken one raises an error that names the likely cause.
    check_motion(HarmonicMotion, on_pass=lambda rule: print(f"ok  {rule}"))

    # From here on it is any other motion model.
    dataset = Actions(Actions.Config())
    motion = HarmonicMotion(HarmonicMotion.Config(), dataset.skeleton)
    critics = TrajectoryDiscriminator(TrajectoryDiscriminator.Config(), dataset.skeleton)
    stage = Stage("motion", MotionAdversarial(MotionAdversarial.Config(), motion, critics))
    stage.prepare(Accelerator(cpu=True))
    windows = stage.windows(dataset, seed=0)
    size = stage.config.batch
    for step in range(args.steps):
        batch = collate([windows[step * size + i] for i in range(size)])
        scalars = stage.step(batch, seeded(0, "motion", step), step)
        if step % 100 == 0 or step == args.steps - 1:
            print(f"step {step}", *(f"{name} {float(value):.3f}" for name, value in scalars.items()), sep="  ")

    sample = motionkit.TwoStageGenerator(motion).sample(3, times=motionkit.frame_times(seconds=2, fps=60))
    save_png(args.out / "keypoints.png", trajectories(sample.keypoints_BTK2, sample.times, dataset.skeleton))
    print(f"keypoints over time: {args.out / 'keypoints.png'}")


if __name__ == "__main__":
    main()
