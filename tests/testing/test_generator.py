"""The contract of video generators and objectives, each rule broken by one toy."""

from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor, nn

from motionkit.interfaces import ComponentConfig, ContractError, Generated, Noise
from motionkit.numerics.timeline import nearest_frames
from motionkit.testing import check_generator
from motionkit.testing.toys import ToyGenerator, ToyObjective


class Sizeless(ToyGenerator):
    image_size = 0  # type: ignore[assignment]


class Vague(ToyGenerator):
    continuous = None  # type: ignore[assignment]


class Unseeded(ToyGenerator):
    def sample_noise(self, part: str, batch: int, rng: torch.Generator) -> Tensor:
        return torch.randn(batch, self.noise_sizes[part])


class Transposed(ToyGenerator):
    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        return super().forward(noise, times).transpose(1, 2)


class Glaring(ToyGenerator):
    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        return 255 * super().forward(noise, times)


class Still(ToyGenerator):
    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        return super().forward(noise, torch.zeros_like(times))


class Deaf(ToyGenerator):
    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        return super().forward({**noise, "appearance": torch.ones_like(noise["appearance"])}, times)


class Mingling(ToyGenerator):
    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        return super().forward({**noise, "motion": noise["motion"] - noise["motion"].mean(0)}, times)


class Relative(ToyGenerator):
    """Lays its frames out from the first time asked for."""

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        return super().forward(noise, times - times[..., :1])


class Endless(ToyGenerator):
    max_seconds = 1.0  # type: ignore[assignment]


class OwnAverage(ToyGenerator):
    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self.register_buffer("mean", torch.zeros(()))

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        if self.training:
            self.mean = 0.9 * self.mean + 0.1 * noise["motion"].mean().detach()
        return super().forward({**noise, "motion": noise["motion"] - self.mean}, times)


class Homeless(ToyGenerator):
    def __init__(self, config: ToyGenerator.Config) -> None:
        super().__init__(config)
        self.config = ToyGenerator.Config(image_size=9)


class Gridded(ToyGenerator):
    """Correct: eight frames a second, for one second."""

    continuous = False
    max_seconds = 1.0  # type: ignore[assignment]

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        return super().forward(noise, (nearest_frames(times, 8, 8.0) + 1) / 8)


def with_objective(base: type[ToyObjective]) -> type[ToyGenerator]:
    return type(base.__name__, (ToyGenerator,), {"Objective": base})


class Untrained(ToyObjective):
    class Config(ComponentConfig):
        """No TrainingConfig."""


class Timeless(ToyObjective):
    def __init__(self, config: Any, generator: Any) -> None:
        super().__init__(config, generator)
        self.fps = 0.0


class Keeping(ToyObjective):
    def __init__(self, config: Any, generator: Any) -> None:
        super().__init__(config, generator)
        self.generator = generator


class Detaching(ToyObjective):
    def generate(self, generator: nn.Module, noise: Noise, times_BT: Tensor, rng: torch.Generator) -> Generated:
        return {"video": generator(noise, times_BT).detach()}


class Fickle(ToyObjective):
    count: ClassVar[list[int]] = []

    def generate(self, generator: nn.Module, noise: Noise, times_BT: Tensor, rng: torch.Generator) -> Generated:
        self.count.append(0)
        return {"video": generator(noise, times_BT + len(self.count))}


class Idle(ToyObjective):
    def __init__(self, config: Any, generator: Any) -> None:
        super().__init__(config, generator)
        self.unused = nn.Linear(2, 2)


class Perframe(ToyObjective):
    def forward(self, real_BTCHW: Tensor, generated: Generated, rng: torch.Generator) -> dict[str, Tensor]:
        return {"frame": self.judge(real_BTCHW)}


CASES: list[tuple[Any, str]] = [
    (Sizeless, "expected image_size to be a positive int, but it is 0"),
    (Vague, "expected continuous to be True or False, but it is None"),
    (Unseeded, "expected the same noise 'motion' from the same generator"),
    (Transposed, r"expected video of shape \(B, T, 3, H, W\)"),
    (Glaring, r"expected video in \[-1, 1\], but it reaches from"),
    (Still, "expected motion, but the first frame and the last are the same"),
    (Deaf, "expected other clips from other noise 'appearance'"),
    (Mingling, "expected clip 0 alike alone and in a batch of 3"),
    (Relative, "expected the same frames at shared times, but with denser times asked for they differ"),
    (Endless, "expected ConfigError at 1.5 s, later than max_seconds"),
    (OwnAverage, "expected running estimates in batch norm only, but buffer mean depends on the data"),
    (Homeless, r"expected \.config as given; call super\(\).__init__\(config\)"),
    (with_objective(Untrained), "expected Config to be a subclass of TrainingConfig"),
    (with_objective(Timeless), "expected fps to be a positive number, but it is 0.0"),
    (with_objective(Keeping), "expected the objective to hold critics alone"),
    (with_objective(Detaching), "expected clips that gradients pass through"),
    (with_objective(Fickle), "expected the same 'video' from the same seeds"),
    (with_objective(Idle), "expected a gradient at every parameter, but the critics'.unused.weight gets none"),
    (with_objective(Perframe), "expected loss 'frame' to be a finite scalar"),
]


@pytest.mark.parametrize(("toy", "message"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_generator_is_named(toy: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check_generator(toy)


def test_a_generator_with_a_grid_of_its_own_keeps_the_contract() -> None:
    check_generator(Gridded)


def test_a_parameter_that_no_loss_reaches_is_named() -> None:
    class Spare(ToyGenerator):
        def __init__(self, config: ToyGenerator.Config) -> None:
            super().__init__(config)
            self.spare = nn.Linear(2, 2)

    with pytest.raises(ContractError, match=r"the generator's\.spare\.weight gets none"):
        check_generator(Spare)
