"""How a contract is checked: one rule after another, each a function whose docstring's first line is what it holds."""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

from motionkit.config import build_config
from motionkit.interfaces import ComponentConfig, ContractError

Subject = TypeVar("Subject")
Report = Callable[[str], None]
"""Called with the sentence of each rule that held."""


def silent(sentence: str) -> None:
    """Reports nothing: a check that returns has passed."""


def examine(component: type, rules: Sequence[Callable[[Subject], None]], subject: Subject, on_pass: Report) -> None:
    """Applies the rules in order.

    Raises:
        ContractError: the first rule that does not hold, or in which the component raised; names the component.
    """
    for rule in rules:
        sentence = (rule.__doc__ or rule.__name__).splitlines()[0].rstrip(".")
        try:
            rule(subject)
        except ContractError as error:
            raise ContractError(f"{component.__name__}: {error}") from error
        except Exception as error:  # whatever a stranger's component raises
            cause = " ".join(f"{type(error).__name__}: {error}".split())
            raise ContractError(f"{component.__name__} raised where this was checked: {sentence}. {cause}") from error
        on_pass(sentence)


def broken(message: str) -> NoReturn:
    """Ends a rule; the message says what was expected, what was found, and the likely cause."""
    raise ContractError(message)


def small(component: type[Any], group: str) -> ComponentConfig:
    """The config to check a component with when none is given: its preset ``small``, or its defaults."""
    config: ComponentConfig = build_config(component.Config, preset="small", where=group)
    return config
