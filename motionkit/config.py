"""Settings of components: presets, overrides from files and the command line, and errors that name the setting."""

import itertools
import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import pydantic
import yaml

from motionkit.interfaces import ComponentConfig, ConfigError

Config = TypeVar("Config", bound=ComponentConfig)

MOST_VALUES = 100_000
"""Of settings; a few aliases of aliases of aliases in YAML stand for more values than any machine can hold."""


def build_config(
    cls: type[Config], *, preset: str | None = None, overrides: Mapping[str, Any] | None = None, where: str
) -> Config:
    """A component's config: its defaults, then the fields of the preset, then the overrides.

    Args:
        cls: the component's ``Config``.
        preset: a size such as ``small``; a component that does not know it keeps its defaults, because a preset is
            asked of a whole system and not every part comes in sizes.
        overrides: settings by name; nested mappings change only the fields that they name.
        where: what the settings are called in messages, such as ``motion`` for ``motion.hidden``.

    Raises:
        ConfigError: a setting is unknown, missing, of the wrong type, or out of range.
    """
    if overrides is not None and not isinstance(overrides, Mapping):
        raise ConfigError(f"{where} should hold settings by name, not {overrides!r}")
    values = merge(cls.presets.get(preset, {}) if preset else {}, overrides or {})
    try:
        return cls.model_validate(values)
    except pydantic.ValidationError as error:
        problems = dict.fromkeys(_problem(cls, problem, where) for problem in error.errors(include_url=False))
        raise ConfigError("; ".join(problems)) from error


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with the values of ``over`` put over it; where both hold a mapping, the two are merged likewise."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def parse_assignments(assignments: Iterable[str]) -> dict[str, Any]:
    """Nested settings of ``-o`` options: ``["motion.hidden=256"]`` gives ``{"motion": {"hidden": 256}}``.

    Values are YAML, so ``renderer.widths=[64,32]`` is a list and ``motion.steps=null`` is None. The last of two
    assignments to one setting counts.

    Raises:
        ConfigError: an assignment has no ``=``, a part of its key is empty, or its value is not YAML.
    """
    settings: dict[str, Any] = {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        parts = [part.strip() for part in key.split(".")]
        if not equals or not all(parts):
            raise ConfigError(f"'{assignment}' is not a setting; write it as motion.hidden=256")
        try:
            value = _read_yaml(text)
        except yaml.YAMLError as error:
            raise ConfigError(f"the value in '{assignment}' cannot be read: {_yaml_cause(error)}") from error
        for part in reversed(parts):
            value = {part: value}
        settings = merge(settings, value)
    return settings


def read_config_file(path: str | Path) -> dict[str, Any]:
    """Nested settings from a YAML file, or from a JSON file if it is named ``.json``.

    Raises:
        ConfigError: the file cannot be read, has a syntax error, or holds anything but settings by name.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
        text = content.decode(json.detect_encoding(content))  # it knows byte order marks, which YAML may have too
        settings = json.loads(text) if path.suffix.lower() == ".json" else _read_yaml(text)
    except OSError as error:
        raise ConfigError(f"the config file {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"the config file {path} is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise ConfigError(f"the config file {path} is not JSON: line {error.lineno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the config file {path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"the config file {path} is not YAML: {_yaml_cause(error)}") from error
    if not isinstance(settings, dict):
        held = "nothing" if settings is None else f"a {type(settings).__name__}"
        raise ConfigError(f"the config file {path} holds {held}, not settings such as 'motion: {{hidden: 256}}'")
    return settings


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Settings within settings, by their names with dots between: ``{"first": {"steps": 2}}`` as ``first.steps``."""
    found: dict[str, Any] = {}
    for key, value in settings.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value}
    return found


def _read_yaml(text: str) -> Any:
    """What YAML's safe loader makes of a text.

    Raises:
        yaml.YAMLError: it is no YAML, names a type that it should not, or stands for more values than settings have.
    """
    try:
        _count(yaml.compose(text, Loader=yaml.SafeLoader), {})
        return yaml.safe_load(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # values that are not what their tags say
        raise yaml.YAMLError(f"a value is not of its type: {error}") from error
    except RecursionError:
        raise yaml.YAMLError("it is nested too deeply") from None


def _count(node: Any, known: dict[int, int]) -> int:
    """How many values a node of YAML stands for, with each alias counted as all that it stands for."""
    if not isinstance(node, yaml.CollectionNode):
        return 1
    if id(node) not in known:
        known[id(node)] = MOST_VALUES  # what it counts for inside itself
        within = itertools.chain.from_iterable(node.value) if isinstance(node, yaml.MappingNode) else node.value
        known[id(node)] = 1 + sum(_count(inner, known) for inner in within)
    if known[id(node)] > MOST_VALUES:
        raise yaml.YAMLError("its aliases stand for too many values, or for themselves")
    return known[id(node)]


def _problem(cls: type[ComponentConfig], problem: Any, where: str) -> str:
    """One of pydantic's findings as a sentence that begins with the setting, such as ``motion.hidden``."""
    location, kind, found = problem["loc"], problem["type"], problem["input"]
    if kind == "extra_forbidden":
        return _unknown(cls, location, where)
    setting = _spell(where, location)
    if kind == "missing":
        return f"{setting} is missing: {_owner(cls)} cannot do without it"
    message = problem["msg"].removeprefix("Value error, ")
    if message.startswith("Input should be "):
        return f"{setting} should be {message.removeprefix('Input should be ')}, not {found!r}"
    return f"{setting}: {message}" if isinstance(found, Mapping) else f"{setting} is {found!r}: {message}"


def _unknown(cls: type[ComponentConfig], location: tuple[str | int, ...], where: str) -> str:
    *parents, key = location
    fields = _fields(cls, parents)
    prefix = _spell(where, parents)
    near = get_close_matches(str(key), fields, n=1)
    hint = f"did you mean {prefix}.{near[0]}? " if near else ""
    return f"{prefix}.{key} is not a setting of {_owner(cls)}; {hint}It has: {', '.join(fields) or 'none'}"


def _fields(cls: type[pydantic.BaseModel], parents: Iterable[str | int]) -> list[str]:
    """The names of the settings inside the nested model that the parents lead to."""
    model: Any = cls
    for parent in parents:
        inner = model.model_fields.get(str(parent)) if hasattr(model, "model_fields") else None
        model = inner.annotation if inner else None
    return list(getattr(model, "model_fields", {}))


def _spell(where: str, location: Iterable[str | int]) -> str:
    return where + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)


def _owner(cls: type[ComponentConfig]) -> str:
    """The component whose nested ``Config`` this is."""
    return cls.__qualname__.removesuffix(".Config").rpartition(".")[2]


def _yaml_cause(error: yaml.YAMLError) -> str:
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    return f"line {mark.line + 1}: {problem}" if mark and problem else " ".join(str(error).split())
