"""Motion models of a few neurons, and noise for them."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from motionkit.interfaces import COCO17, MotionGenerator


@pytest.fixture
def build() -> Callable[..., MotionGenerator]:
    """``build(OdeMotion, solver="euler")``: a small model with the same weights each time."""

    def build(kind: type[MotionGenerator], **options: object) -> MotionGenerator:
        torch.manual_seed(0)
        return kind(kind.Config(hidden=16, width=16, **options), COCO17)

    return build


@pytest.fixture
def noise() -> Callable[..., Tensor]:
    """``noise(model, clips)``: the same noise each time."""

    def noise(model: MotionGenerator, clips: int = 3) -> Tensor:
        return model.sample_noise(clips, torch.Generator().manual_seed(1))

    return noise
