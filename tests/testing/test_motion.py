"""The contract of motion models, each rule broken by one toy."""

from typing import Any

import pytest
import torch
from torch import Tensor

from motionkit.interfaces import ContractError
from motionkit.testing import check_motion
from motionkit.testing.toys import ToyMotion


class Flat(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(noise_BD, times).flatten(2)


class Precise(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(noise_BD, times).double()


class Divided(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(noise_BD, times) * (times / times).expand(len(noise_BD), -1)[..., None, None]


class Same(ToyMotion):
    def initial_value(self, noise_BD: Tensor) -> Tensor:
        return super().initial_value(torch.zeros_like(noise_BD))


class Square(ToyMotion):
    def initial_value(self, noise_BD: Tensor) -> Tensor:
        return super().initial_value(noise_BD)[:, None]

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        raise AssertionError("not reached")


class Still(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(noise_BD, torch.zeros_like(times))


class Deaf(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(torch.ones_like(noise_BD), times)


class Sociable(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(noise_BD - 0.1 * noise_BD.mean(0), times)


class FirstClipsTimes(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(noise_BD, times if times.ndim == 1 else times[:1])


class OneDimensional(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        if times.ndim != 1:
            raise ValueError(f"times of shape (T,) wanted, not {(*times.shape,)}")
        return super().forward(noise_BD, times)


class Counted(ToyMotion):
    """Takes the number of a time among those asked for as the time."""

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(noise_BD, torch.arange(times.shape[-1]).expand(times.shape) / 7)


class Stretched(ToyMotion):
    """Lays its steps out over the whole time asked for, as a solver without fixed knots does."""

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        step = times.amax(-1, keepdim=True).clamp(min=0.1) / 20
        return super().forward(noise_BD, (times / step).round() * step)


class Miscounting(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        self.nfe = 0
        return super().forward(noise_BD, times)


CASES: list[tuple[Any, str]] = [
    (Flat, r"expected keypoints of shape \(B, T, K, 2\) = \(1, 1, 17, 2\), but got \(1, 1, 34\)"),
    (Precise, "expected keypoints in float32, but it is torch.float64"),
    (Divided, "expected finite numbers, but keypoints holds infinity or NaN"),
    (Same, "expected other initial values from other noise"),
    (Square, r"expected initial_value of shape \(B, hidden\), but got \(1, 1, 8\)"),
    (Still, "expected motion, but the keypoints at 0.2 s and 0.7 s are the same"),
    (Deaf, "expected other motion from other noise"),
    (Sociable, "expected clip 0 to move alike alone and in a batch of 3, but it differs by"),
    (FirstClipsTimes, r"expected clip 1 of \(B, T\) times as its own \(T,\) gives it"),
    (OneDimensional, r"^OneDimensional raised where this was checked: Times of shape \(B, T\).*, not \(2, 6\)$"),
    (Counted, "expected the same keypoints at shared times, but with earlier and denser times asked for"),
    (Stretched, "expected the same keypoints at shared times, but with later times asked for"),
    (Miscounting, "expected nfe to be a positive int or None after a call, but it is 0"),
]


@pytest.mark.parametrize(("toy", "message"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_motion_model_is_named(toy: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check_motion(toy)


def test_a_discrete_and_stochastic_model_may_be_correct() -> None:
    class Steps(ToyMotion):
        """Steps on a grid of 0.1 s, with noise whose seed is the clip's."""

        continuous = False
        stochastic = True

        def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
            seeds = noise_BD.double().mul(2**20).long().sum(1).tolist()
            shake = [torch.rand(100, generator=torch.Generator().manual_seed(abs(seed))) for seed in seeds]
            index_BT = (times * 10).round().long().expand(len(noise_BD), -1)
            return super().forward(noise_BD, index_BT / 10) + torch.stack(shake).gather(1, index_BT)[..., None, None]

    check_motion(Steps)
