"""The contract of video generators and objectives, each rule broken by one toy."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from motionkit.interfaces import Clips, ComponentConfig, ContractError, Grid, Noise
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

    grid = Grid(8, 8.0)  # type: ignore[assignment]

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        return super().forward(noise, self.grid.times_T[self.grid.nearest(times)])


class Gridless(ToyGenerator):
    grid = (8, 8.0)  # type: ignore[assignment]


class Standing(ToyGenerator):
    grid = Grid(8, 0.0)  # type: ignore[assignment]


class Flowing(Gridded):
    continuous = True  # type: ignore[assignment]


class Lasting(Gridded):
    max_seconds = 2.0  # type: ignore[assignment]


class Between(ToyGenerator):
    """Shows frames of its own between those of its grid."""

    grid = Grid(8, 8.0)  # type: ignore[assignment]

    def forward(self, noise: Noise, times: Tensor) -> Tensor:
        self.grid.nearest(times)
        return super().forward(noise, times)


def with_objective(base: type[ToyObjective]) -> type[ToyGenerator]:
    return type(base.__name__, (ToyGenerator,), {"Objective": base})


class Elsewhere(ToyObjective):
    trains = "motion"


class Untrained(ToyObjective):
    class Config(ComponentConfig):
        """No TrainingConfig."""


class Late(ToyObjective):
    """Asks a generator with a grid for the times of real clips, of which the last may lie past its last frame."""

    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Clips:
        times = 1 / self.fps + real.times
        return Clips(times, video=self.generator(self.generator.fresh_noise(len(real), rng), times))


class Detaching(ToyObjective):
    def generate(self, real: Clips, rng: torch.Generator, step: int) -> Clips:
        return super().generate(real, rng, step).detach()


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
    (Gridless, r"expected grid to be a Grid of positive numbers, or None for frames anywhere, but it is \(8, 8.0\)"),
    (Standing, "expected grid to be a Grid of positive numbers"),
    (Flowing, "expected continuous=False and max_seconds=1 of a generator with Grid.* they are True and 1.0"),
    (Lasting, "expected continuous=False and max_seconds=1 of a generator with Grid.* they are False and 2.0"),
    (Between, "expected at each time the nearest of the frames on Grid.*, but between them other frames are shown"),
    (with_objective(Elsewhere), "expected the class attribute trains to be 'generator', but it is 'motion'"),
    (with_objective(Untrained), "expected Config to be a subclass of TrainingConfig"),
    (with_objective(Detaching), "expected losses that a gradient passes through"),
]


@pytest.mark.parametrize(("toy", "message"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_generator_is_named(toy: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check_generator(toy)


def test_a_generator_with_a_grid_of_its_own_keeps_the_contract() -> None:
    check_generator(Gridded)


def test_an_objective_that_asks_for_frames_past_the_last_is_named() -> None:
    class Hasty(Gridded):
        Objective = Late

    with pytest.raises(
        ContractError, match=r"^Late raised where this was checked: In every phase it plays .*1\.\d+ s was asked for"
    ):
        check_generator(Hasty)


def test_a_parameter_that_no_loss_reaches_is_named() -> None:
    class Spare(ToyGenerator):
        def __init__(self, config: ToyGenerator.Config) -> None:
            super().__init__(config)
            self.spare = nn.Linear(2, 2)

    with pytest.raises(ContractError, match=r"learners\.generator\.spare\.weight gets none"):
        check_generator(Spare)
