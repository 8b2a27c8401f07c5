"""Stage II as a variational game: a clip's appearance is encoded from one frame, and its frames are drawn from that.

Larsen et al., "Autoencoding beyond pixels using a learned similarity metric", 2016 (VAE-GAN); Zhu et al., "Toward
multimodal image-to-image translation", 2017 (BicycleGAN).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor

from motionkit.interfaces import (
    Clips,
    Code,
    ComponentConfig,
    Discriminator,
    Encoder,
    Objective,
    Phase,
    Renderer,
    TrainingConfig,
)
from motionkit.numerics.pose_maps import limb_maps
from motionkit.objectives.losses import code_mismatch, code_price, critics_loss, fooling_loss

BODY_SIGMA = 0.06
"""What counts as the body: soft lines of this thickness along the bones, in units of [-1, 1]."""


class Reconstruction(ComponentConfig):
    """The first phase: single frames of many clips are drawn again, and nobody criticises."""

    steps: int = Field(2000, ge=0, description="steps of the first phase; 0 leaves it out")
    batch: int = Field(24, ge=1, description="clips a step, of one frame each, over all devices")
    rate: float = Field(2e-3, gt=0, description="Adam's learning rate")
    betas: tuple[float, float] = Field((0.9, 0.99), description="Adam's decay rates")


class Made(NamedTuple):
    """Clips drawn for the real ones' poses, the first of them from codes; how many, those codes, and what was drawn."""

    clips: Clips
    coded: int
    code: Code
    drawn_BD: Tensor


class RenderVariational(Objective):
    """Real clips drawn again from the code of one frame, at the code's price; later also the critics' game.

    Renderer and encoder lose, each term with its weight,

        |v' - v|  +  KL(q(z_a | v) || N(0, I))  +  |E[z_a z_a'] - I|^2  +  fooling  +  |D(v') - D(v)|

    with v real video, v' the same poses drawn from the code z_a of one frame of it, and D what critics see on the way
    to their verdict. Pixels of the body count more: a body is a small part of a picture, and what it wears would be
    learnt last. In the first phase there are only the first three terms. In the second, half of the clips are drawn
    from codes and half from fresh noise, and critics judge both.
    """

    trains = "renderer"
    encodes = True
    meanings: ClassVar[Mapping[str, str]] = {
        **Objective.meanings,
        "reconstruction": "distance of real frames from those drawn of their codes; it should fall",
        "code": "how far the codes of real clips are from fresh noise; it need not reach 0",
        "mismatch": "how far the codes of a batch, taken together, are from fresh noise; near 0 is good",
        "features": "distance between what the critics see in real frames and in drawn ones",
    }

    class Config(TrainingConfig):
        """Weights of the losses, and the pace of both phases; all were found by trying."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"steps": 3000}}

        steps: int = Field(60000, ge=1, description="training steps, where the command line gives no budget")
        batch: int = Field(12, ge=2, description="clips a step in the second phase, over all devices")
        frames: int = Field(4, ge=2, description="frames of a training window in the second phase")
        fps: float = Field(16.0, gt=0, description="frames a second of a training window")
        generator_rate: float = Field(5e-4, gt=0, description="Adam's learning rate in the second phase")
        discriminator_rate: float = Field(2e-4, gt=0, description="Adam's learning rate of the critics")
        betas: tuple[float, float] = Field((0.5, 0.99), description="Adam's decay rates in the second phase")
        average_decay: float = Field(0.999, ge=0, lt=1, description="highest decay of the averaged weights")
        first: Reconstruction = Field(Reconstruction.model_validate({}), description="the first phase")
        reconstruction: float = Field(10.0, ge=0, description="weight of the distance between real and drawn frames")
        body: float = Field(10.0, ge=0, description="how many times more a pixel of the body counts in that distance")
        code_price: float = Field(0.001, ge=0, description="weight of the codes' divergence from noise, in nats")
        code_mismatch: float = Field(
            0.3, ge=0, description="weight of how far the codes of a batch, taken together, are from noise"
        )
        adversarial: float = Field(0.05, ge=0, description="weight of the game with the critics")
        features: float = Field(10.0, ge=0, description="of that, weight of what the critics see on the way")

    config: Config

    def __init__(self, config: Config, generator: Renderer, critics: Discriminator, encoder: Encoder) -> None:
        super().__init__(config, generator, critics, encoder)
        self.frames, self.fps = config.frames, config.fps

    @property
    def phases(self) -> Sequence[Phase]:
        first = self.config.first
        alone = Phase(first.steps, first.batch, 1, first.rate, self.config.discriminator_rate, first.betas)
        return (alone, *super().phases) if first.steps else super().phases

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Made:
        coded = len(real) if step < self.config.first.steps else (len(real) + 1) // 2
        frame = int(torch.randint(real.times.shape[-1], (), generator=rng))
        code = self.encoder(real[:coded].frames(slice(frame, frame + 1)))
        noise_BD = self._noise(len(real) - coded, rng)
        drawn_BD = code.draw(rng)
        return Made(self._draw(real, torch.cat([drawn_BD, noise_BD])), coded, code, drawn_BD)

    def critics_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        if made.coded == len(real):
            return {}
        return {"critics": critics_loss(self.critics, real, made.clips)}

    def generator_losses(self, real: Clips, made: Made, rng: torch.Generator) -> dict[str, Tensor]:
        config, again = self.config, made.clips[: made.coded]
        losses = {
            "reconstruction": config.reconstruction * self._distance(again, real[: made.coded]),
            "code": config.code_price * code_price(made.code),
            "mismatch": config.code_mismatch * code_mismatch(made.drawn_BD),
        }
        if made.coded < len(real):
            drawn = self.critics.examine(made.clips)
            losses["generator"] = config.adversarial * fooling_loss(drawn.logits)
            with torch.no_grad():
                wanted = self.critics.examine(real[: made.coded]).features
            if wanted:
                pairs = zip(drawn.features, wanted, strict=True)
                distances = [F.l1_loss(seen[: len(goal)], goal) for seen, goal in pairs]
                losses["features"] = config.adversarial * config.features * torch.stack(distances).mean()
        return losses

    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        code_BD = self.encoder(real).mean_BD
        both = self._draw(Clips.cat([real, real]), torch.cat([code_BD, self._noise(len(real), rng)]))
        return {"its code": both[: len(real)], "noise": both[len(real) :]}

    def _distance(self, made: Clips, real: Clips) -> Tensor:
        """Mean distance of the pixels, those of the body counted several times."""
        frames_NK2, size = real.keypoints_BTK2.flatten(0, 1), real.video_BTCHW.shape[-1]
        gap_BTCHW = (made.video_BTCHW - real.video_BTCHW).abs()
        bones = self.generator.skeleton.bones
        if not bones or not self.config.body:
            return gap_BTCHW.mean()
        body_N1HW = limb_maps(frames_NK2, bones, size, BODY_SIGMA).amax(1, keepdim=True)
        weight_BT1HW = 1 + self.config.body * body_N1HW.unflatten(0, real.times_BT.shape)
        return (weight_BT1HW * gap_BTCHW).mean() / weight_BT1HW.mean()

    def _noise(self, clips: int, rng: torch.Generator) -> Tensor:
        """Fresh noise, on the device."""
        noise_BD: Tensor = self.generator.sample_noise(clips, rng)
        return noise_BD.to(next(self.parameters()).device)

    def _draw(self, real: Clips, noise_BD: Tensor) -> Clips:
        """The poses of real clips in the appearances of noise."""
        return replace(real, video=self.generator(noise_BD, real.keypoints_BTK2))
