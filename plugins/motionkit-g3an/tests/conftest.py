"""What the tests share: settings so small that a step takes milliseconds."""

from collections.abc import Callable

import pytest
import torch
from motionkit_g3an.generator import G3anGenerator


@pytest.fixture(scope="session")
def tiny() -> Callable[..., G3anGenerator]:
    """Makes a generator of 64 pixels, because D_V has as many layers as 16 frames need; keywords are settings."""

    def make(**settings: object) -> G3anGenerator:
        torch.manual_seed(0)
        return G3anGenerator(G3anGenerator.Config(widths=(8, 4, 4, 4, 4), **settings))

    return make


@pytest.fixture(scope="session")
def tiny_objective() -> G3anGenerator.Objective.Config:
    return G3anGenerator.Objective.Config(batch=2, frame_widths=(4, 4, 4, 4), clip_widths=(4, 4, 4, 4))
