"""The one stage of a whole video generator: it trains by the objective that it brings along."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from motionkit.assembly import Choice
from motionkit.interfaces import (
    ClipDataset,
    Clips,
    ConfigError,
    Generated,
    Noise,
    Skeleton,
    TrainingConfig,
    VideoGenerator,
    VideoObjective,
)
from motionkit.pictures.picture import to_picture
from motionkit.pictures.sheets import contact_sheet
from motionkit.training.stage import Stage
from motionkit.windows import Windows


class VideoStage(Stage):
    """The game of a :class:`VideoGenerator` and the critics of its :class:`VideoObjective`."""

    name, role = "video", "generator"
    components: ClassVar[Mapping[str, str]] = {"generator": "generator"}
    discriminator: VideoObjective

    def __init__(self, generator: VideoGenerator, objective: VideoObjective) -> None:
        super().__init__(generator, objective, objective.config)
        self.image_size = generator.image_size
        self.frames, self.fps = objective.frames, objective.fps

    @classmethod
    def settings(cls, choices: Mapping[str, Choice]) -> type[TrainingConfig]:
        generator: type[VideoGenerator] = choices["generator"].component
        return generator.Objective.Config

    @classmethod
    def build(cls, choices: Mapping[str, Choice], skeleton: Skeleton, config: Any) -> "VideoStage":
        generator: VideoGenerator = choices["generator"].build()
        objective = generator.Objective(config, generator)
        seconds = objective.frames / objective.fps
        if generator.max_seconds is not None and seconds > generator.max_seconds + 1e-6:
            raise ConfigError(
                f"{choices['generator'].name} makes clips of {generator.max_seconds:g} s, "
                f"but its objective trains on {objective.frames} frames at {objective.fps:g} a second, {seconds:g} s"
            )
        return cls(generator, objective)

    def windows(self, dataset: ClipDataset, seed: int) -> Windows:
        return Windows(dataset, self.frames, self.fps, seed, self.image_size)

    def play(self, batch: Clips, rng: torch.Generator, step: int) -> Generated:
        objective: VideoObjective = self.bare(self.discriminator)
        noise = self._noise(self.bare(self.generator), batch, rng)
        return objective.generate(self.generator, noise, self._times(self.bare(self.generator), batch), rng)

    def critics_losses(self, batch: Clips, fake: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        held = {name: value.detach() for name, value in fake.items()}
        losses: dict[str, Tensor] = self.discriminator(batch.video_BTCHW, held, rng)
        return losses

    def generator_losses(self, fake: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        objective: VideoObjective = self.bare(self.discriminator)
        return {"generator": torch.stack(list(objective.generator_losses(fake, rng).values())).sum()}

    def preview(self, generator: VideoGenerator, batch: Clips, rng: torch.Generator) -> np.ndarray:
        few = batch[:4]
        made_BTCHW = generator(self._noise(generator, few, rng), self._times(generator, few))
        # Real clips in the first rows, generated ones below.
        return contact_sheet(to_picture(torch.cat([batch.video_BTCHW[:4], made_BTCHW])))

    def calibrate(self, generator: VideoGenerator, batches: list[Clips], rng: torch.Generator) -> None:
        if self.config.average_decay:  # without it the weights are the latest, and so are the running statistics
            made = [(self._noise(generator, batch, rng), self._times(generator, batch)) for batch in batches]
            update_bn([[pair] for pair in made], _Making(generator))

    def _times(self, generator: VideoGenerator, batch: Clips) -> Tensor:
        """Those of the real clips, one frame later; none past the generator's last frame.

        A recorded clip answers with its nearest frames, of which the last may lie a little late.
        """
        times_BT = 1 / self.fps + batch.times_BT
        return times_BT if generator.max_seconds is None else times_BT.clamp(max=generator.max_seconds)

    def _noise(self, generator: VideoGenerator, batch: Clips, rng: torch.Generator) -> Noise:
        clips = len(batch.times_BT)
        return {part: generator.sample_noise(part, clips, rng).to(batch.times_BT) for part in generator.noise_sizes}


class _Making(nn.Module):
    """A generator as a function of noise and times in one, the form that torch's re-estimation of statistics calls."""

    def __init__(self, generator: VideoGenerator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, made: tuple[Noise, Tensor]) -> Tensor:
        video_BTCHW: Tensor = self.generator(*made)
        return video_BTCHW
