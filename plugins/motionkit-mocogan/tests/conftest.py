"""What the tests share: settings so small that a step takes milliseconds."""

from collections.abc import Callable

import pytest
import torch
from motionkit_mocogan.generator import MocoganGenerator


@pytest.fixture(scope="session")
def tiny() -> Callable[..., MocoganGenerator]:
    """Makes a generator of 16 pixels; keywords are settings."""

    def make(**settings: object) -> MocoganGenerator:
        torch.manual_seed(0)
        return MocoganGenerator(MocoganGenerator.Config(renderer={"widths": (8, 8)}, **settings))

    return make


@pytest.fixture(scope="session")
def tiny_objective() -> MocoganGenerator.Objective.Config:
    return MocoganGenerator.Objective.Config(batch=2, frame_widths=(8, 8), clip_widths=(8, 8))
