"""Three objectives, one for each thing that is trained: a motion model, a renderer, and a whole generator."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import pydantic
import torch
from torch import Tensor, nn
from torch.nn import functional

from motionkit.interfaces import (
    Clips,
    Code,
    Discriminator,
    Encoder,
    Objective,
    Phase,
    Renderer,
    TrainingConfig,
    VideoGenerator,
)


class ToyConfig(TrainingConfig):
    """A short recipe."""

    steps: int = pydantic.Field(100, ge=1, description="training steps, where the command line gives no budget")
    batch: int = pydantic.Field(4, ge=1, description="clips a step, over all devices")


def told_apart(real: Mapping[str, Tensor], made: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The logistic loss of each critic, by the logits that it gives."""
    return {name: functional.softplus(-real[name]).mean() + functional.softplus(made[name]).mean() for name in real}


def believed(made: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Its counterpart, the loss of what made the clips."""
    return {name: functional.softplus(-logits).mean() for name, logits in made.items()}


class CriticsAlone(Objective):
    """A game that critics alone decide; what :meth:`generate` makes are clips."""

    frames, fps = 8, 8.0

    def critics_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        """The logistic loss."""
        return told_apart(self.critics(real), self.critics(made.detach()))

    def generator_losses(self, real: Clips, made: Clips, rng: torch.Generator) -> dict[str, Tensor]:
        """Its counterpart."""
        return believed(self.critics(made))

    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        """Clips from fresh noise."""
        return {"noise": self.generate(real, rng, 0)}


class ToyMotionObjective(CriticsAlone):
    """A motion model against its discriminator, and nothing else."""

    class Config(ToyConfig):
        """A short recipe."""

    trains = "motion"

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Clips:
        """Motion from fresh noise."""
        noise_BD = self.generator.sample_noise(len(real), rng).to(real.times)
        return replace(real, keypoints=self.generator(noise_BD, 1 / self.fps + real.times))


class Redrawn(NamedTuple):
    """Clips that were drawn from the codes of real ones, and those codes."""

    clips: Clips
    code: Code


class ToyRenderObjective(Objective):
    """A renderer and an encoder that draw a clip again, at first without critics and one frame at a time."""

    class Config(ToyConfig):
        """A short recipe."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"batch": 3}}

    FIRST = 10
    """Steps of the first phase."""

    trains = "renderer"
    encodes = True

    def __init__(self, config: Config, generator: Renderer, critics: Discriminator, encoder: Encoder) -> None:
        super().__init__(config, generator, critics, encoder)
        self.frames, self.fps = 8, 8.0

    @property
    def phases(self) -> Sequence[Phase]:
        """Single frames, then clips."""
        (last,) = super().phases
        return last._replace(steps=self.FIRST, frames=1), last

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Redrawn:
        """The real clips' poses in an appearance drawn from their codes."""
        code = self.encoder(real)
        return Redrawn(replace(real, video=self.generator(code.draw(rng), real.keypoints_BTK2)), code)

    def critics_losses(self, real: Clips, made: Redrawn, rng: torch.Generator) -> dict[str, Tensor]:
        """The logistic loss; nothing in the first phase."""
        if real.times.shape[-1] == 1:
            return {}
        return told_apart(self.critics(real), self.critics(made.clips.detach()))

    def generator_losses(self, real: Clips, made: Redrawn, rng: torch.Generator) -> dict[str, Tensor]:
        """The distance of pixels, a price on the code, and in the second phase the critics' verdict."""
        losses = {
            "distance": functional.l1_loss(made.clips.video_BTCHW, real.video_BTCHW),
            "code": 0.01 * (made.code.mean_BD.square() + made.code.log_variance_BD.square()).mean(),
        }
        return losses if real.times.shape[-1] == 1 else losses | believed(self.critics(made.clips))

    def samples(self, real: Clips, rng: torch.Generator) -> dict[str, Clips]:
        """The real clips' poses in an appearance from fresh noise."""
        noise_BD = self.generator.sample_noise(len(real), rng).to(real.times)
        return {"noise": replace(real, video=self.generator(noise_BD, real.keypoints_BTK2))}


class Colours(nn.Module):
    """One critic, of the mean colour of each frame."""

    def __init__(self) -> None:
        super().__init__()
        self.colour = nn.Linear(3, 1)

    def forward(self, clips: Clips) -> dict[str, Tensor]:
        """``frame`` (B, T), high for real."""
        return {"frame": self.colour(clips.video_BTCHW.mean((3, 4)))[..., 0]}


class ToyObjective(CriticsAlone):
    """A whole generator against one critic of its own."""

    class Config(ToyConfig):
        """A short recipe."""

    trains = "generator"

    def __init__(self, config: Config, generator: VideoGenerator) -> None:
        super().__init__(config, generator, Colours())

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Clips:
        """Video from fresh noise: at the real clips' times, or all frames of a generator that has a grid of them."""
        grid = self.generator.grid
        times = 1 / self.fps + real.times if grid is None else grid.times_T.to(real.times)
        return Clips(times, video=self.generator(self.generator.fresh_noise(len(real), rng), times))
