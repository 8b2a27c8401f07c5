"""Rules of every component's class and config, each broken by one toy."""

from typing import Any, ClassVar

import pydantic
import pytest

from motionkit.interfaces import ComponentConfig, ContractError, MotionGenerator
from motionkit.testing import check_dataset, check_discriminator, check_motion, toys


class Stranger:
    """Has everything but the interface."""

    Config = toys.ToyMotion.Config


class Unfinished(MotionGenerator):
    class Config(ComponentConfig):
        pass

    continuous = True
    stochastic = False
    noise_size = 4


class Undecided(MotionGenerator):
    class Config(ComponentConfig):
        pass

    continuous = True
    noise_size = 4
    initial_value = toys.ToyMotion.initial_value
    forward = toys.ToyMotion.forward


class Maybe(toys.ToyMotion):
    stochastic = "maybe"  # type: ignore[assignment]


class Unset(toys.ToyMotion):
    Config = ComponentConfig  # type: ignore[assignment, misc]


class Outside(ComponentConfig):
    pass


class ConfigOutside(toys.ToyMotion):
    Config = Outside  # type: ignore[assignment, misc]


class Melting(toys.ToyMotion):
    class Config(toys.ToyMotion.Config):
        model_config = pydantic.ConfigDict(frozen=False)


class Open(toys.ToyMotion):
    class Config(toys.ToyMotion.Config):
        model_config = pydantic.ConfigDict(extra="ignore")


class StalePreset(toys.ToyMotion):
    class Config(toys.ToyMotion.Config):
        presets: ClassVar = {"tiny": {"hiden": 2}}


class Forgetful(toys.ToyMotion):
    class Config(toys.ToyMotion.Config):
        scale: float = 0.5

        @pydantic.field_serializer("scale")
        def rounded(self, scale: float) -> int:
            return round(scale)


CASES: list[tuple[Any, str]] = [
    (Stranger, r"^Stranger: expected a subclass of MotionGenerator; derive it: class Stranger\(MotionGenerator\)"),
    (Unfinished, "expected every abstract method defined, but forward, initial_value is not"),
    (Undecided, "expected the class attribute stochastic to be set .* but it is not"),
    (Maybe, "expected the class attribute stochastic to be True or False, but it is 'maybe'"),
    (Unset, "expected a nested class Config"),
    (ConfigOutside, "expected Config to be written inside the class, but it is Outside"),
    (Melting, "expected a frozen Config"),
    (Open, "expected Config to refuse unknown keys, but its model_config says extra='ignore'"),
    (StalePreset, "expected preset 'tiny' to be valid, but hiden is not"),
    (Forgetful, "expected the same Config back from JSON, but scale changed"),
]


@pytest.mark.parametrize(("toy", "message"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_declaration_is_named(toy: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check_motion(toy)


def test_a_discriminator_judges_one_of_two_things() -> None:
    class Judge(toys.ToyDiscriminator):
        judges = "sound"  # type: ignore[assignment]

    with pytest.raises(ContractError, match="class attribute judges to be 'motion' or 'video', but it is 'sound'"):
        check_discriminator(Judge)


def test_a_dataset_that_is_none_is_told_so() -> None:
    with pytest.raises(ContractError, match="expected a subclass of ClipDataset"):
        check_dataset(toys.ToyMotion)


def test_the_rules_before_the_broken_one_are_reported() -> None:
    passed: list[str] = []
    with pytest.raises(ContractError):
        check_motion(Maybe, on_pass=passed.append)
    assert passed == ["It is a subclass of its interface, with every abstract method defined"]
