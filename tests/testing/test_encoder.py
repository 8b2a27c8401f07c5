"""The contract of encoders, each rule broken by one toy."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from motionkit.interfaces import Clips, Code, ContractError
from motionkit.testing import check_encoder
from motionkit.testing.toys import ToyEncoder, ToyPictureEncoder


class Confused(ToyEncoder):
    encodes = "both"  # type: ignore[assignment]


class Forgetful(ToyEncoder):
    """Hands the size of the noise to nobody."""

    def __init__(self, config: Any, skeleton: Any, noise_size: int) -> None:
        super().__init__(config, skeleton, noise_size)
        self.noise_size = 2


class Bare(ToyEncoder):
    def forward(self, clips: Clips) -> Code:
        return tuple(super().forward(clips))  # type: ignore[return-value]


class Short(ToyEncoder):
    def forward(self, clips: Clips) -> Code:
        mean_BD, log_variance_BD = super().forward(clips)
        return Code(mean_BD, log_variance_BD[:, :1])


class Precise(ToyEncoder):
    def forward(self, clips: Clips) -> Code:
        mean_BD, log_variance_BD = super().forward(clips)
        return Code(mean_BD.double(), log_variance_BD)


class Certain(ToyEncoder):
    """Takes the logarithm of no variance at all."""

    def forward(self, clips: Clips) -> Code:
        mean_BD, log_variance_BD = super().forward(clips)
        return Code(mean_BD, (0 * log_variance_BD).log())


class FiveFrames(ToyEncoder):
    """Wants clips of the length that it was written for."""

    def __init__(self, config: Any, skeleton: Any, noise_size: int) -> None:
        super().__init__(config, skeleton, noise_size)
        self.weights = nn.Parameter(torch.ones(5))

    def forward(self, clips: Clips) -> Code:
        weighted = clips.keypoints_BTK2 * self.weights[:, None, None]
        return super().forward(replace(clips, keypoints=weighted))


class Accelerating(ToyPictureEncoder):
    """Reads what changes between two frames, though it may be shown one."""

    def forward(self, clips: Clips) -> Code:
        return super().forward(replace(clips, video=clips.video_BTCHW.diff(dim=1)))


class Deaf(ToyEncoder):
    def forward(self, clips: Clips) -> Code:
        return super().forward(replace(clips, keypoints=torch.ones_like(clips.keypoints_BTK2)))


class Blind(ToyPictureEncoder):
    def forward(self, clips: Clips) -> Code:
        return super().forward(replace(clips, video=torch.ones_like(clips.video_BTCHW)))


class Sociable(ToyEncoder):
    def forward(self, clips: Clips) -> Code:
        mean_BD, log_variance_BD = super().forward(clips)
        return Code(mean_BD, log_variance_BD - log_variance_BD.mean(0))


class Dated(ToyEncoder):
    def forward(self, clips: Clips) -> Code:
        mean_BD, log_variance_BD = super().forward(clips)
        return Code(mean_BD + clips.times_BT[:, :1], log_variance_BD)


class Unequal(ToyEncoder):
    """Takes clips that share their times for clips without duration."""

    def forward(self, clips: Clips) -> Code:
        duration = clips.times[:, -1:] - clips.times[:, :1] if clips.times.ndim == 2 else 0.0
        mean_BD, log_variance_BD = super().forward(clips)
        return Code(mean_BD + duration, log_variance_BD)


class OwnAverage(ToyEncoder):
    average: Tensor

    def __init__(self, config: Any, skeleton: Any, noise_size: int) -> None:
        super().__init__(config, skeleton, noise_size)
        self.register_buffer("average", torch.zeros(()))

    def forward(self, clips: Clips) -> Code:
        if self.training:
            self.average = 0.9 * self.average + 0.1 * clips.keypoints_BTK2.mean().detach()
        return super().forward(replace(clips, keypoints=clips.keypoints_BTK2 - self.average))


class Fixed(ToyEncoder):
    """Has a layer that no gradient comes back to."""

    def __init__(self, config: Any, skeleton: Any, noise_size: int) -> None:
        super().__init__(config, skeleton, noise_size)
        self.spread = nn.Linear(2, 2)

    def forward(self, clips: Clips) -> Code:
        mean_BD, log_variance_BD = super().forward(clips)
        return Code(mean_BD, log_variance_BD + self.spread.weight.detach().sum())


class Restless(ToyEncoder):
    def forward(self, clips: Clips) -> Code:
        mean_BD, log_variance_BD = super().forward(clips)
        return Code(mean_BD + 1e-5 * torch.randn_like(mean_BD), log_variance_BD)


class Careless(ToyPictureEncoder):
    def forward(self, clips: Clips) -> Code:
        result = super().forward(clips)
        clips.video_BTCHW.add_(1e-6)
        return result


CASES: list[tuple[Any, str]] = [
    (Confused, "expected the class attribute encodes to be 'motion' or 'appearance', but it is 'both'"),
    (Short, r"expected log_variance_BD of shape \(B, D\) = \(1, 8\), but got \(1, 1\)"),
    (Bare, "expected forward to return a Code, but it returns tuple"),
    (Precise, "expected mean_BD in float32, but it is torch.float64"),
    (Certain, "expected finite numbers, but log_variance_BD holds infinity or NaN"),
    (FiveFrames, "^FiveFrames raised where this was checked: A code's mean .* for any number of frames"),
    (Accelerating, "expected finite numbers, but mean_BD holds infinity or NaN"),
    (Deaf, "expected other codes for other clips, but two have the same mean; does forward use the keypoints"),
    (Blind, "expected other codes for other clips, but two have the same mean; does forward use the video"),
    (Sociable, "expected the log-variance of clip 0 alike alone and in a batch of 3, but it differs by"),
    (Dated, "expected the mean alike seconds later, but it differs by 4; use differences of times"),
    (Unequal, r"expected the mean alike with times of shape \(T,\), but it differs by .*; read clips.times_BT"),
    (OwnAverage, "expected running estimates in batch norm only, but buffer average depends on the data"),
    (Forgetful, r"expected \.config and \.skeleton and \.noise_size as given; call super\(\)"),
    (Fixed, r"expected a gradient at every parameter, but spread\.weight gets none"),
    (Restless, "expected the same mean from the same inputs, but it differs by"),
    (Careless, "expected the inputs untouched, but argument 2 of forward changed"),
]


@pytest.mark.parametrize(("toy", "message"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_encoder_is_named(toy: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check_encoder(toy, image_size=8)


@pytest.mark.parametrize("toy", [ToyEncoder, ToyPictureEncoder])
def test_the_noise_may_have_any_size(toy: type) -> None:
    check_encoder(toy, noise_size=1, image_size=8)


def test_an_encoder_of_motion_is_shown_no_video() -> None:
    class Peeping(ToyEncoder):
        def forward(self, clips: Clips) -> Code:
            clips.video_BTCHW.mean()
            return super().forward(clips)

    with pytest.raises(ContractError, match="ValueError: these clips have no video"):
        check_encoder(Peeping)


def test_a_mean_that_alone_reaches_the_weights_is_enough() -> None:
    class Sharp(ToyEncoder):
        """All of its codes have the same small variance."""

        def forward(self, clips: Clips) -> Code:
            mean_BD, _ = super().forward(clips)
            return Code(mean_BD, torch.full_like(mean_BD, -4.0))

    check_encoder(Sharp)
