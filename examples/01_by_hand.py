"""Stage I by hand: a neural ODE that learns to move like the clips of ``actions``, in torch and torchdiffeq alone.

    python examples/01_by_hand.py --steps 2000 --out runs/by-hand

Noise z gives a latent state h at time 0; the state flows along a learned field f; keypoints are read off it at any
time (Kim et al., MODE-GAN, BMVC 2021, section 3.1):

    h_0 = P(z)      dh/dt = f(h)      k_t = Q(h_t)

It is trained as a GAN: two critics, one of single frames and one of sequences, learn to tell real keypoints from
generated ones, and the generator learns to mislead them. The next example does the same with motionkit's parts.
"""

import argparse
from itertools import pairwise
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm
from torchdiffeq import odeint

from motionkit.datasets.actions import Actions
from motionkit.pictures.picture import save_png
from motionkit.pictures.plots.trajectories import trajectories

K, FRAMES, FPS = 17, 16, 16
NOISE, HIDDEN, WIDTH, BATCH = 64, 128, 128, 64


def mlp(*sizes: int, activation: type[nn.Module]) -> nn.Sequential:
    """Linear layers with an activation between them and none last."""
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [nn.Linear(fan_in, fan_out), activation()]
    return nn.Sequential(*layers[:-1])


class Motion(nn.Module):
    """Noise (B, 64) to keypoints (B, T, K, 2) at ``times``, seconds of shape (T,)."""

    def __init__(self) -> None:
        super().__init__()
        self.P = mlp(NOISE, WIDTH, WIDTH, HIDDEN, activation=nn.SiLU)
        self.f = mlp(HIDDEN, WIDTH, WIDTH, HIDDEN, activation=nn.Tanh)
        self.Q = mlp(HIDDEN, WIDTH, WIDTH, 2 * K, activation=nn.SiLU)

    def forward(self, noise_BD: Tensor, times_T: Tensor) -> Tensor:
        # Times are seconds, not frame numbers: a longer clip is longer, not slower. The state at time 0 is the initial
        # value and no frame of its own (Eq. 1), so the solver starts there and its first output is dropped.
        times = torch.cat([torch.zeros(1), times_T])
        states_TBD = odeint(lambda _, h: self.f(h), self.P(noise_BD), times, method="rk4")[1:]
        return self.Q(states_TBD).movedim(0, 1).unflatten(-1, (K, 2))


class Critics(nn.Module):
    """Logits for each frame, and for the sequence of positions and velocities; high means real.

    Spectral norm bounds the critics' slope. Without it, this game on bare coordinates tends to fall apart.
    """

    def __init__(self) -> None:
        super().__init__()
        dense = [spectral_norm(nn.Linear(*sizes)) for sizes in ((2 * K, 256), (256, 256), (256, 1))]
        self.frame = nn.Sequential(dense[0], nn.LeakyReLU(0.2), dense[1], nn.LeakyReLU(0.2), dense[2])
        convolutions = [spectral_norm(nn.Conv1d(a, b, 5, 2, 2)) for a, b in ((4 * K, 128), (128, 256), (256, 256))]
        self.sequence = nn.Sequential(*[layer for conv in convolutions for layer in (conv, nn.LeakyReLU(0.2))])
        self.logit = spectral_norm(nn.Linear(256, 1))

    def forward(self, keypoints_BTK2: Tensor) -> list[Tensor]:
        flat_BTD = keypoints_BTK2.flatten(2)
        moving_BTD = torch.cat([flat_BTD[:, 1:], flat_BTD.diff(dim=1) * FPS], dim=-1)
        return [self.frame(flat_BTD), self.logit(self.sequence(moving_BTD.movedim(1, 2)).mean(dim=2))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--clips", type=int, default=1024, help="clips to learn from")
    parser.add_argument("--out", type=Path, default=Path("runs/by-hand"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)

    # Four seconds of each clip, sampled once; a training window starts at any frame that leaves room for it.
    dataset = Actions(Actions.Config(clips=args.clips))
    moments = torch.arange(4 * FPS, dtype=torch.float64) / FPS
    clips_NSK2 = torch.stack([dataset[i].window(moments).keypoints_TK2 for i in range(args.clips)])

    def real() -> Tensor:
        rows = torch.randint(len(clips_NSK2), (BATCH, 1))
        starts = torch.randint(clips_NSK2.shape[1] - FRAMES + 1, (BATCH, 1))
        return clips_NSK2[rows, starts + torch.arange(FRAMES)]

    motion, critics = Motion(), Critics()
    motion_optimizer = torch.optim.Adam(motion.parameters(), lr=2e-4, betas=(0.5, 0.999))
    critics_optimizer = torch.optim.Adam(critics.parameters(), lr=4e-4, betas=(0.5, 0.999))
    times_T = torch.arange(1, FRAMES + 1) / FPS

    for step in range(args.steps):
        noise_BD = torch.randn(BATCH, NOISE)
        fake = motion(noise_BD, times_T)

        pairs = zip(critics(real()), critics(fake.detach()), strict=True)
        critics_loss = torch.stack([F.softplus(-r).mean() + F.softplus(f).mean() for r, f in pairs]).sum()
        critics_optimizer.zero_grad()
        critics_loss.backward()
        critics_optimizer.step()

        # Eq. 3 rewards initial values that lie apart, so that the generator does not make one motion of all noise.
        initial_BD = motion.P(noise_BD)
        spread = (initial_BD - initial_BD.roll(1, 0)).abs().mean().clamp(min=1e-5)
        diversity = (noise_BD - noise_BD.roll(1, 0)).abs().mean() / spread
        motion_loss = torch.stack([F.softplus(-logits).mean() for logits in critics(fake)]).sum()
        motion_optimizer.zero_grad()
        (motion_loss + 0.1 * diversity).backward()  # Eq. 4
        motion_optimizer.step()
        if step % 100 == 0 or step == args.steps - 1:
            print(f"step {step}  critics {critics_loss:.3f}  generator {motion_loss:.3f}  diversity {diversity:.3f}")

    with torch.no_grad():
        fine_T = torch.arange(1, 61) / 60  # trained at 16 frames a second, asked at 60
        picture = trajectories(motion(torch.randn(3, NOISE), fine_T), fine_T, dataset.skeleton)
    save_png(args.out / "keypoints.png", picture)
    print(f"keypoints over time: {args.out / 'keypoints.png'}")


if __name__ == "__main__":
    main()
