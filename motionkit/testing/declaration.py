"""The rules of every component: what its class declares, and its config."""

import inspect
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pydantic

from motionkit.interfaces import ComponentConfig
from motionkit.testing.rules import Report, broken, examine


@dataclass(frozen=True)
class Declaration:
    """A component's class, its interface, and the values that it may set each class attribute to."""

    component: type[Any]
    interface: type
    attributes: Mapping[str, Collection[object]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The component's class name."""
        return self.component.__name__


def check_declaration(declaration: Declaration, on_pass: Report) -> None:
    """The rules that hold before a component is built."""
    examine(declaration.component, RULES, declaration, on_pass)


def implements(it: Declaration) -> None:
    """It is a subclass of its interface, with every abstract method defined."""
    if not issubclass(it.component, it.interface):
        broken(f"expected a subclass of {it.interface.__name__}; derive it: class {it.name}({it.interface.__name__})")
    missing = sorted(getattr(it.component, "__abstractmethods__", ()))
    if missing:
        broken(f"expected every abstract method defined, but {', '.join(missing)} is not; a misspelt name?")


def attributes(it: Declaration) -> None:
    """Its class attributes are set."""
    for name, values in it.attributes.items():
        choices = " or ".join(repr(value) for value in values)
        if not hasattr(it.component, name):
            broken(
                f"expected the class attribute {name} to be set ({choices}), but it is not; set it in the class body"
            )
        found = inspect.getattr_static(it.component, name)
        if not any(found is value or (isinstance(value, str) and found == value) for value in values):
            broken(f"expected the class attribute {name} to be {choices}, but it is {found!r}")


def nested_config(it: Declaration) -> None:
    """Its Config is a nested subclass of ComponentConfig."""
    config = getattr(it.component, "Config", None)
    if not (isinstance(config, type) and issubclass(config, ComponentConfig) and config is not ComponentConfig):
        broken(f"expected a nested class Config(ComponentConfig), but {it.name}.Config is {config!r}")
    if not config.__qualname__.endswith(".Config"):
        broken(f"expected Config to be written inside the class, but it is {config.__qualname__} outside; move it in")


def closed_config(it: Declaration) -> None:
    """Its Config is frozen and refuses unknown keys."""
    settings = it.component.Config.model_config
    if not settings.get("frozen"):
        broken(
            "expected a frozen Config, but its model_config says frozen=False; leave model_config as it is inherited"
        )
    if settings.get("extra") != "forbid":
        broken(f"expected Config to refuse unknown keys, but its model_config says extra={settings.get('extra')!r}")


def presets(it: Declaration) -> None:
    """Each of its presets names settings that exist, with values that they take."""
    config = it.component.Config
    for name, values in config.presets.items():
        try:
            config.model_validate(dict(values))
        except pydantic.ValidationError as error:
            wrong = [problem for problem in error.errors() if problem["type"] != "missing"]
            if wrong:
                place = ".".join(map(str, wrong[0]["loc"]))
                broken(f"expected preset '{name}' to be valid, but {place} is not: {wrong[0]['msg']}")


RULES = (implements, attributes, nested_config, closed_config, presets)


def check_round_trip(config: ComponentConfig) -> None:
    """Raises ContractError unless a config is the same after a journey through JSON, as it makes in a run folder."""
    text = json.dumps(config.model_dump(mode="json"))
    returned = type(config).model_validate(json.loads(text))
    if returned != config:
        changed = [name for name in type(config).model_fields if getattr(returned, name) != getattr(config, name)]
        broken(
            f"expected the same Config back from JSON, but {', '.join(changed)} changed; "
            "use types that JSON has, or give pydantic a validator that reads what its serializer wrote"
        )
