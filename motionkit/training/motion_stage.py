"""Stage I: noise to keypoints (section 3.1)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from motionkit.interfaces import ClipDataset, Clips, MotionGenerator
from motionkit.pictures.sheets import contact_sheet
from motionkit.pictures.skeletons import overlay
from motionkit.training.component_stage import ComponentStage, ComponentStageConfig, Fake
from motionkit.training.losses import diversity_loss
from motionkit.windows import Windows


class MotionStage(ComponentStage):
    """The objective of Eq. 4: the critics' game, and the diversity of initial values."""

    name, role, judged = "motion", "motion", "motion"
    components: ClassVar[Mapping[str, str]] = {"motion": "motion", "motion_discriminator": "discriminator"}
    cpu_threads = 1  # the layers are so small that two threads wait for each other longer than they work

    class Config(ComponentStageConfig):
        """Settings of stage I."""

        presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {"small": {"steps": 3000}}

        diversity: float = Field(0.1, ge=0, description="lambda of Eq. 4")

    config: Config

    def windows(self, dataset: ClipDataset, seed: int) -> Windows:
        return Windows(dataset, self.config.frames, self.config.fps, seed)

    def play(self, batch: Clips, rng: torch.Generator, step: int) -> Fake:
        motion: MotionGenerator = self.bare(self.generator)
        noise_BD = motion.sample_noise(len(batch.times_BT), rng).to(batch.times_BT)
        # The first output comes one frame after time 0, which is the initial value's (Eq. 1).
        keypoints_BTK2 = self.generator(noise_BD, 1 / self.config.fps + batch.times_BT)
        initial_BD = motion.initial_value(noise_BD)
        spread = diversity_loss(noise_BD, initial_BD, noise_BD.roll(1, dims=0), initial_BD.roll(1, dims=0))  # Eq. 3
        return Fake(replace(batch, keypoints=keypoints_BTK2), self.config.diversity * spread)

    def step(self, batch: Clips, rng: torch.Generator, step: int) -> dict[str, Tensor]:
        scalars = super().step(batch, rng, step)
        nfe = self.bare(self.generator).nfe
        return scalars if nfe is None else scalars | {"nfe": torch.tensor(float(nfe))}

    def preview(self, generator: MotionGenerator, batch: Clips, rng: torch.Generator) -> np.ndarray:
        noise_BD = generator.sample_noise(4, rng).to(batch.times_BT)
        times_T = 1 / self.config.fps + batch.times_BT[0]
        keypoints_BTK2 = generator(noise_BD, times_T).float()
        figures = np.stack(
            [overlay(None, keypoints_TK2, generator.skeleton, size=128) for keypoints_TK2 in keypoints_BTK2]
        )
        return contact_sheet(figures)
