"""What every pluggable component has: a frozen, nested ``Config``."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, ClassVar

import pydantic


class ComponentConfig(pydantic.BaseModel):
    """Base of every component's nested ``Config``: immutable, and closed to unknown keys.

    The defaults are the full-size system. ``presets`` names other sizes, each as the fields in which it differs, so
    that ``motionkit train --preset small`` finds the small form of any component, a third party's too:

        class Config(ComponentConfig):
            presets = {"small": {"widths": (128, 64, 32)}}
            widths: tuple[int, ...] = (512, 256, 128)
    """

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    @pydantic.field_serializer("*", mode="wrap", when_used="json")
    def _with_slashes(self, value: Any, handler: pydantic.SerializerFunctionWrapHandler) -> Any:
        """Paths in JSON have slashes, which every system reads."""
        return value.as_posix() if isinstance(value, PurePath) else handler(value)
