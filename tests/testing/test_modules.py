"""Rules of every network, each broken by one toy."""

import random
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from motionkit.interfaces import ContractError
from motionkit.testing import check_discriminator, check_motion, check_renderer, toys
from motionkit.testing.toys import ToyMotion


class Orphan(ToyMotion):
    def __init__(self, config: Any, skeleton: Any) -> None:
        super().__init__(config, skeleton)
        self.config = ToyMotion.Config(hidden=99)


class Unseeded(ToyMotion):
    def __init__(self, config: Any, skeleton: Any) -> None:
        super().__init__(config, skeleton)
        nn.init.constant_(self.place.bias, random.random())


class Bare(ToyMotion):
    def __init__(self, config: Any, skeleton: Any) -> None:
        super().__init__(config, skeleton)
        self.scale = torch.ones(1)


class Homebound(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(noise_BD, times).to("meta")


class Restless(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        # Below the tolerance of the other rules, so that none but determinism sees it.
        return super().forward(noise_BD, times) + 1e-5 * torch.rand(1)


class Careless(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        result = super().forward(noise_BD, times)
        noise_BD.add_(1e-6)
        return result


class Counting(ToyMotion):
    def __init__(self, config: Any, skeleton: Any) -> None:
        super().__init__(config, skeleton)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        self.calls += 1
        return super().forward(noise_BD, times)


class Secretive(ToyMotion):
    def __init__(self, config: Any, skeleton: Any) -> None:
        super().__init__(config, skeleton)
        self.register_buffer("offset", torch.rand(1), persistent=False)

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(noise_BD, times) + self.offset


class Tied(ToyMotion):
    def __init__(self, config: Any, skeleton: Any) -> None:
        super().__init__(config, skeleton)
        self.swing.weight = self.place.weight


class Unused(ToyMotion):
    def __init__(self, config: Any, skeleton: Any) -> None:
        super().__init__(config, skeleton)
        self.forgotten = nn.Linear(2, 2)


class CutOff(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        state_BH = self.initial_value(noise_BD)
        place = self.place(state_BH).detach() + 0 * self.place(state_BH)
        sine = torch.sin(times).expand(len(noise_BD), -1)[..., None] * self.swing(state_BH)[:, None]
        return torch.tanh(place[:, None] + sine).unflatten(-1, (self.skeleton.size, 2))


class Root(ToyMotion):
    def __init__(self, config: Any, skeleton: Any) -> None:
        super().__init__(config, skeleton)
        self.root = nn.Parameter(torch.zeros(()))

    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        return super().forward(noise_BD, times) + (0 * self.root).abs().sqrt()


class Zero(ToyMotion):
    def __init__(self, config: Any, skeleton: Any) -> None:
        super().__init__(config, skeleton)
        self.noise_size = 0


class Wilful(ToyMotion):
    def sample_noise(self, batch: int, rng: torch.Generator) -> Tensor:
        return torch.randn(batch, self.noise_size)


class Doubled(ToyMotion):
    def sample_noise(self, batch: int, rng: torch.Generator) -> Tensor:
        return super().sample_noise(batch, rng).double()


class Crashing(ToyMotion):
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        raise ValueError("two\nlines")


CASES: list[tuple[Any, str]] = [
    (Orphan, "expected .config and .skeleton as given; call super"),
    (Unseeded, "expected the same weights from the same seed, but place.bias differs"),
    (Bare, "expected every tensor to be registered, but scale is a bare one; use register_buffer"),
    (Restless, "expected the same keypoints from the same inputs, but it differs by"),
    (Careless, "expected the inputs untouched, but argument 0 of forward changed"),
    (Counting, "expected the state untouched in evaluation mode, but calls changed"),
    (Secretive, "expected the same keypoints from loaded weights, but it differs by .* not in the state_dict"),
    (Tied, "expected a state_dict of separate tensors"),
    (Unused, "expected a gradient at every parameter, but forgotten.weight gets none"),
    (CutOff, "expected a gradient at every parameter, but place.weight gets none"),
    (Root, "expected finite gradients, but that of root is not"),
    (Zero, "expected noise_size to be a positive int, but it is 0"),
    (Wilful, "expected the same noise from the same generator"),
    (Doubled, "expected noise of shape .*, float32, on the CPU, but got .* torch.float64"),
    (Crashing, "^Crashing raised where this was checked: .*ValueError: two lines$"),
]


@pytest.mark.parametrize(("toy", "message"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_network_is_named(toy: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check_motion(toy)


def test_an_output_on_another_device_is_named() -> None:
    from motionkit.interfaces import COCO17
    from motionkit.testing.modules import devices
    from motionkit.testing.motion import _Motion

    with pytest.raises(ContractError, match="expected keypoints on cpu, but it is on meta"):
        devices(_Motion(Homebound, Homebound.Config(), COCO17))


def test_weights_that_start_at_zero_are_no_fault() -> None:
    class Gated(ToyMotion):
        def __init__(self, config: Any, skeleton: Any) -> None:
            super().__init__(config, skeleton)
            nn.init.zeros_(self.place.weight)
            nn.init.zeros_(self.swing.weight)

    check_motion(Gated)


def test_the_other_networks_are_held_to_the_same_rules() -> None:
    class LostInRenderer(toys.ToyRenderer):
        def __init__(self, config: Any, skeleton: Any) -> None:
            super().__init__(config, skeleton)
            self.forgotten = nn.Linear(2, 2)

    class LostInDiscriminator(toys.ToyDiscriminator):
        def __init__(self, config: Any, skeleton: Any) -> None:
            super().__init__(config, skeleton)
            self.forgotten = nn.Linear(2, 2)

    for check, toy in ((check_renderer, LostInRenderer), (check_discriminator, LostInDiscriminator)):
        with pytest.raises(ContractError, match=r"but forgotten\.weight gets none"):
            check(toy)
