"""The contract of renderers, each rule broken by one toy."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from motionkit.interfaces import ContractError
from motionkit.testing import check_renderer
from motionkit.testing.toys import ToyRenderer


class Sizeless(ToyRenderer):
    image_size = 0  # type: ignore[assignment]


class Transposed(ToyRenderer):
    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        return super().forward(noise_BD, keypoints_BTK2).transpose(1, 2)


class Glaring(ToyRenderer):
    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        return 255 * super().forward(noise_BD, keypoints_BTK2)


class Blind(ToyRenderer):
    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        return super().forward(noise_BD, torch.zeros_like(keypoints_BTK2))


class Colourless(ToyRenderer):
    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        return super().forward(torch.ones_like(noise_BD), keypoints_BTK2)


class Averaging(ToyRenderer):
    """Standardises with the statistics of the call, in evaluation mode too."""

    def __init__(self, config: Any, skeleton: Any) -> None:
        super().__init__(config, skeleton)
        self.normalise = nn.BatchNorm2d(skeleton.size, track_running_stats=False)


class Smearing(ToyRenderer):
    """Mixes each frame with the one before, but never one clip with another."""

    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        video = super().forward(noise_BD, keypoints_BTK2)
        return torch.cat([video[:, :1], (video[:, 1:] + video[:, :-1]) / 2], dim=1)


class OwnAverage(ToyRenderer):
    def __init__(self, config: Any, skeleton: Any) -> None:
        super().__init__(config, skeleton)
        self.register_buffer("mean", torch.zeros(()))

    def forward(self, noise_BD: Tensor, keypoints_BTK2: Tensor) -> Tensor:
        if self.training:
            self.mean = 0.9 * self.mean + 0.1 * keypoints_BTK2.mean().detach()
        return super().forward(noise_BD, keypoints_BTK2 - self.mean)


CASES: list[tuple[Any, str]] = [
    (Sizeless, "expected image_size to be a positive int, but it is 0"),
    (Transposed, r"expected video of shape \(B, T, 3, H, W\) = \(1, 1, 3, 16, 16\), but got \(1, 3, 1, 16, 16\)"),
    (Glaring, r"expected video in \[-1, 1\], but it reaches from"),
    (Blind, "expected other frames from other keypoints"),
    (Colourless, "expected another appearance from other noise"),
    (Averaging, "expected the same video rendered in pieces of 2 and 3 frames, but it differs by"),
    (Smearing, "expected the same video rendered in pieces of 2 and 3 frames, but it differs by"),
    (OwnAverage, "expected running estimates in batch norm only, but buffer mean depends on the data"),
]


@pytest.mark.parametrize(("toy", "message"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_renderer_is_named(toy: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check_renderer(toy)


def test_spectral_norm_is_no_running_estimate_of_the_data() -> None:
    class Spectral(ToyRenderer):
        def __init__(self, config: Any, skeleton: Any) -> None:
            super().__init__(config, skeleton)
            self.paint = spectral_norm(self.paint)

    check_renderer(Spectral)
