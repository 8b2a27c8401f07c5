"""What tests of metrics share: real clips that a network can read, and weights of AlexNet's form."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from motionkit.datasets.actions import Actions
from motionkit.interfaces import Clips
from motionkit.metrics.networks.lpips import CONVOLUTIONS
from motionkit.windows import Windows, collate

SHAPES = [(64, 3, 11, 11), (192, 64, 5, 5), (384, 192, 3, 3), (256, 384, 3, 3), (256, 256, 3, 3)]


@pytest.fixture(scope="session")
def clips() -> Clips:
    """48 held-out clips of ``actions``, of 4 frames of 64 pixels."""
    windows = Windows(Actions(Actions.Config(), "test"), 4, 4.0, 5, 64)
    return collate([windows[index] for index in range(48)])


@pytest.fixture(scope="session")
def alexnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A safetensors file of AlexNet's form, with random numbers; the same lies beside it as ``.pth``."""
    generator = torch.Generator().manual_seed(0)
    tensors = {}
    for number, shape in zip(CONVOLUTIONS, SHAPES, strict=True):
        tensors[f"features.{number}.weight"] = (
            torch.randn(shape, generator=generator) / (shape[1] * shape[2] ** 2) ** 0.5
        )
        tensors[f"features.{number}.bias"] = torch.zeros(shape[0])
    path = tmp_path_factory.mktemp("weights") / "alexnet.safetensors"
    save_file(tensors, path)
    torch.save(tensors, path.with_suffix(".pth"))
    return path
