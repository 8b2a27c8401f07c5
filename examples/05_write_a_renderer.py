"""A renderer of one's own: a figure of soft strokes, checked against the contract and trained.

    python examples/05_write_a_renderer.py --steps 500 --out runs/strokes

Every bone is a soft stroke between its two joints, in a colour and a width that the appearance noise chooses, on a
paper whose colour it chooses too. There is no convolution: what is learnt is which noise gives which clothes. That the
figure is where the keypoints are, which the renderer ``compose`` has to learn, holds here by construction.

docs/extending.md shows how such a class becomes a plugin that ``motionkit train --renderer strokes`` finds.
"""

import argparse
from pathlib import Path
from typing import ClassVar

import torch
from accelerate import Accelerator
from pydantic import Field
from torch import Tensor, nn

from motionkit.datasets.actions import Actions
from motionkit.discriminators.video import VideoDiscriminator
from motionkit.interfaces import ComponentConfig, Renderer, Skeleton
from motionkit.interfaces.seeding import seeded
from motionkit.numerics.pose_maps import pixel_centres
from motionkit.objectives.render_adversarial import RenderAdversarial
from motionkit.pictures.picture import save_png
from motionkit.pictures.sheets import compare
from motionkit.testing import check_renderer
from motionkit.training.stage import Stage
from motionkit.windows import collate


class StrokeRenderer(Renderer):
    """A soft stroke for each bone, in colours and widths of the clip's own."""

    class Config(ComponentConfig):
        """The picture's size, and the noise's."""

        presets: ClassVar = {"small": {"image_size": 32}}
        image_size: int = Field(64, ge=8, description="height and width of the frames, in pixels")
        noise_size: int = Field(32, ge=1, description="length of z_a")
        hidden: int = Field(64, ge=1, description="width of the network that reads the noise")

    config: Config
    centres: Tensor
    starts: Tensor
    ends: Tensor

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        # Of each bone a colour and a width, and the paper's colour.
        looks = 4 * len(skeleton.bones) + 3
        self.look = nn.Sequential(
            nn.Linear(config.noise_size, config.hidden), nn.SiLU(), nn.Linear(config.hidden, looks)
        )
        starts, ends = torch.tensor(skeleton.bones).unbind(-1)
        for name, buffer in (("starts", starts), ("ends", ends), ("centres", pixel_centres(config.image_size))):
            self.register_buffer(name, buffer, persistent=False)

    @property
    def noise_size(self) -> int:
        return self.config.noise_size

    @property
    def image_size(self) -> int:
        return self.config.image_size

    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        look_BL = self.look(noise_BD)
        paper_B3, colours_BN3 = look_BL[:, :3].tanh(), look_BL[:, 3:].unflatten(1, (-1, 4))[..., :3].tanh()
        width_BN = 0.05 * look_BL[:, 3:].unflatten(1, (-1, 4))[..., 3].sigmoid() + 0.02

        # How far each pixel is from each bone: the distance to the nearest point of a segment. A frame's pixels depend
        # on that frame's keypoints and the clip's look alone, so a clip can be drawn in pieces.
        pixels_HW2 = torch.stack(torch.meshgrid(self.centres, self.centres, indexing="xy"), dim=-1)
        start, end = (keypoints_BTK2[:, :, joint, None, None] for joint in (self.starts, self.ends))
        along, offset = end - start, pixels_HW2 - start
        part = ((offset * along).sum(-1) / (along.square().sum(-1) + 1e-6)).clamp(0, 1)
        distance_BTNHW = (offset - part[..., None] * along).square().sum(-1).add(1e-8).sqrt()

        softness = 1 / self.image_size
        ink_BTNHW = torch.sigmoid((width_BN[:, None, :, None, None] - distance_BTNHW) / softness)
        video = paper_B3[:, None, :, None, None].expand(-1, keypoints_BTK2.shape[1], -1, *pixels_HW2.shape[:2])
        for bone in range(ink_BTNHW.shape[2]):  # later bones are drawn over earlier ones
            ink = ink_BTNHW[:, :, bone, None]
            video = video * (1 - ink) + colours_BN3[:, None, bone, :, None, None] * ink
        return video


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch", type=int, default=8, help="clips a step")
    parser.add_argument("--out", type=Path, default=Path("runs/strokes"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)

    # Every promise of a renderer, one line each; a broken one raises an error that names the likely cause.
    check_renderer(StrokeRenderer, on_pass=lambda rule: print(f"ok  {rule}"))

    # From here on it is any other renderer. It learns from real keypoints, so that it needs no motion model.
    dataset = Actions(Actions.Config())
    renderer = StrokeRenderer(StrokeRenderer.Config(image_size=32), dataset.skeleton)
    critics_config = VideoDiscriminator.Config(frame_widths=(32, 64, 64), clip_widths=(16, 32, 32))
    critics = VideoDiscriminator(critics_config, dataset.skeleton)
    objective = RenderAdversarial(RenderAdversarial.Config(frames=4, batch=args.batch), renderer, critics)
    stage = Stage("render", objective)
    stage.prepare(Accelerator(cpu=True))
    windows = stage.windows(dataset, seed=0)
    for step in range(args.steps):
        batch = collate([windows[step * args.batch + i] for i in range(args.batch)])
        scalars = stage.step(batch, seeded(0, "render", step), step)
        if step % 50 == 0 or step == args.steps - 1:
            print(f"step {step}", *(f"{name} {float(value):.3f}" for name, value in scalars.items()), sep="  ")

    # Each real clip above the same poses, drawn in a look that noise chose.
    renderer.eval()
    with torch.no_grad():
        samples = objective.samples(batch[:4], seeded(0, "preview"))
    save_png(args.out / "drawn.png", compare({"real": batch[:4], **samples}, dataset.skeleton))
    print(f"real clips, and the same poses drawn: {args.out / 'drawn.png'}")


if __name__ == "__main__":
    main()
