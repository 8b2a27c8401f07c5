"""What a file of settings says of a training, with what the command line says put over it."""

from collections.abc import Mapping
from typing import Any

import click
from click.core import ParameterSource

from motionkit.config import build_config, merge
from motionkit.interfaces import ConfigError
from motionkit.training.settings_file import TrainingChoice


def choice_of(context: click.Context, written: Any) -> TrainingChoice:
    """The section ``training`` as written, with what the command line says put over it.

    Raises:
        ConfigError: a key or a value is not right.
    """
    said = {
        name: context.params[name]
        for name in TrainingChoice.model_fields
        if context.get_parameter_source(name) not in (None, ParameterSource.DEFAULT)
    }
    overrides = merge(written, said) if isinstance(written, Mapping) else written
    return build_config(TrainingChoice, overrides=overrides, where="training")


def whole_generator(settings: Mapping[str, Any]) -> str:
    """The whole generator that settings name.

    Raises:
        ConfigError: they name none.
    """
    section = settings.get("generator")
    if not isinstance(section, Mapping) or not isinstance(section.get("name"), str):
        raise ConfigError("training.stage is video, the stage of a whole generator: name one, as generator.name")
    return str(section["name"])
