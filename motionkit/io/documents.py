"""JSON files that are as a model has them."""

from pathlib import Path
from typing import TypeVar

import pydantic

from motionkit.interfaces import DataError
from motionkit.io.text import read_text

Model = TypeVar("Model", bound=pydantic.BaseModel)


def read_document(model: type[Model], path: Path) -> Model:
    """What a JSON file holds.

    Raises:
        DataError: the file is not text, not JSON, or not as the model has it; says where.
        OSError: it cannot be read.
    """
    try:
        return model.model_validate_json(read_text(path))
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is not text in UTF-8") from error
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole file"
        raise DataError(f"{path}: {where}: {first['msg']}") from error
