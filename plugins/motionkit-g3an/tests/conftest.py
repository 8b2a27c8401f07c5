"""What the tests share: settings so small that a step takes milliseconds."""

import re
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
def has_no_effect() -> Callable[[str], bool]:
    """Whether a parameter of the generator, by name, changes nothing in training; such a one moves by rounding alone.

    Batch norm takes away what raises a whole channel alike: the bias of the convolution before it, and of the values
    of attention across space, which the last block's first convolution and batch norm follow. A key's bias raises all
    the scores of a query alike.
    """
    before_norm = r"blocks\.\d+\.(appearance|motion|video\.[01])\.0\.bias"
    in_attention = r"attention\.([01]\.key|1\.value)\.bias"
    return lambda name: re.fullmatch(f"{before_norm}|{in_attention}", name) is not None


@pytest.fixture(scope="session")
def tiny_objective() -> G3anGenerator.Objective.Config:
    return G3anGenerator.Objective.Config(batch=2, frame_widths=(4, 4, 4, 4), clip_widths=(4, 4, 4, 4))
