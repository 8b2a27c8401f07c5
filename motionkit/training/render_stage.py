"""Stage II: keypoints and appearance noise to video (section 3.2)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import torch
from pydantic import Field
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from motionkit.interfaces import ClipDataset, Clips, Discriminator, Renderer
from motionkit.pictures.picture import to_picture
from motionkit.pictures.sheets import contact_sheet
from motionkit.training.component_stage import ComponentStage, ComponentStageConfig, Fake
from motionkit.training.losses import diversity_loss
from motionkit.windows import Windows


class RenderStage(ComponentStage):
    """The objective of Eq. 7: the critics' game, and the diversity of pixels."""

    name, role, judged = "render", "renderer", "video"
    components: ClassVar[Mapping[str, str]] = {"renderer": "renderer", "video_discriminator": "discriminator"}

    class Config(ComponentStageConfig):
        """Settings of stage II."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
            "small": {"steps": 2000, "batch": 12, "frames": 4, "average_decay": 0.99}
        }

        steps: int = Field(60000, ge=1, description="training steps, where the command line gives no budget")
        batch: int = Field(32, ge=1, description="clips a step, over all devices")
        betas: tuple[float, float] = Field((0.0, 0.99), description="Adam's decay rates")
        average_decay: float = Field(0.999, ge=0, lt=1, description="decay of the averaged weights, which are kept")
        diversity: float = Field(0.2, ge=0, description="lambda of Eq. 7")
        diversity_every: int = Field(4, ge=1, description="steps between two diversity losses, which cost a rendering")

    config: Config

    def __init__(self, generator: Renderer, discriminator: Discriminator, config: Config) -> None:
        super().__init__(generator, discriminator, config)
        self.image_size = generator.image_size

    def windows(self, dataset: ClipDataset, seed: int) -> Windows:
        return Windows(dataset, self.config.frames, self.config.fps, seed, self.image_size)

    def play(self, batch: Clips, rng: torch.Generator, step: int) -> Fake:
        renderer: Renderer = self.bare(self.generator)
        noise_BD = renderer.sample_noise(len(batch.times_BT), rng).to(batch.times_BT)
        video_BTCHW = self.generator(noise_BD, batch.keypoints_BTK2)
        penalty = video_BTCHW.new_zeros(())
        if step % self.config.diversity_every == 0:
            other_BD = renderer.sample_noise(len(batch.times_BT), rng).to(batch.times_BT)
            # Through the bare network: one call through the wrapper for several devices is all that it allows.
            other_BTCHW = renderer(other_BD, batch.keypoints_BTK2)
            penalty = self.config.diversity * diversity_loss(noise_BD, video_BTCHW, other_BD, other_BTCHW)  # Eq. 6
        return Fake(replace(batch, video=video_BTCHW), penalty)

    def preview(self, generator: Renderer, batch: Clips, rng: torch.Generator) -> np.ndarray:
        real_BTCHW = batch.video_BTCHW[:4]
        noise_BD = generator.sample_noise(len(real_BTCHW), rng).to(real_BTCHW)
        drawn_BTCHW = generator(noise_BD, batch.keypoints_BTK2[:4])
        # Each real clip above the same poses as drawn.
        return contact_sheet(to_picture(torch.stack([real_BTCHW, drawn_BTCHW], dim=1).flatten(0, 1)))

    def calibrate(self, generator: Renderer, batches: list[Clips], rng: torch.Generator) -> None:
        update_bn([batch.keypoints_BTK2 for batch in batches], _Rendering(generator, rng))


class _Rendering(nn.Module):
    """A renderer as a function of a batch, the form that torch's re-estimation of running statistics calls."""

    def __init__(self, renderer: Renderer, rng: torch.Generator) -> None:
        super().__init__()
        self.renderer, self.rng = renderer, rng

    def forward(self, keypoints_BTK2: Tensor) -> Tensor:
        noise_BD = self.renderer.sample_noise(len(keypoints_BTK2), self.rng).to(keypoints_BTK2)
        video_BTCHW: Tensor = self.renderer(noise_BD, keypoints_BTK2)
        return video_BTCHW
