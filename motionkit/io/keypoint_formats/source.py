"""A file or a folder of keypoints, read as far as is needed to say what it is."""

import csv
import importlib
import io
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pydantic

from motionkit.interfaces import DataError
from motionkit.io.keypoint_formats.entry import packed
from motionkit.io.text import read_text

Model = TypeVar("Model", bound=pydantic.BaseModel)

MOST_BYTES = 1 << 31
"""Of a text file; an hour of many people is a tenth of it."""


class KeypointSource:
    """What lies at a path: each part is read when it is first asked for, and None where the path is of another kind.

    Raises (on reading):
        DataError: the file is not the JSON, CSV or HDF5 that its ending says, or h5py is not installed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ending = "" if path.is_dir() else path.suffix.lower()

    @cached_property
    def document(self) -> Any:
        """What JSON holds."""
        return self._json(self.path) if self._ending == ".json" else None

    @cached_property
    def documents(self) -> dict[Path, Any]:
        """What each JSON file of a folder holds; empty for a file."""
        return {path: self._json(path) for path in sorted(self.path.glob("*.json"))} if self.path.is_dir() else {}

    @cached_property
    def rows(self) -> list[list[str]]:
        """The rows of a CSV file; empty for any other."""
        if self._ending != ".csv":
            return []
        try:
            return list(csv.reader(io.StringIO(self._text(self.path), newline="")))
        except csv.Error as error:
            raise DataError(f"{self.path}: is not CSV ({error})") from error

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """What an HDF5 file holds at its top; empty for any other file."""
        if self._ending not in (".h5", ".hdf5"):
            return ()
        with self.hdf5() as file:
            return tuple(file.keys())

    @contextmanager
    def hdf5(self) -> Iterator[Any]:
        """The HDF5 file, open for reading."""
        try:
            h5py = importlib.import_module("h5py")
        except ImportError as error:
            raise DataError(f"{self.path}: reading HDF5 takes h5py: pip install 'motionkit[h5]'") from error
        try:
            with h5py.File(self.path, "r") as file:
                yield file
        except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
            raise DataError(f"{self.path}: is damaged or not HDF5 ({' '.join(str(error).split())})") from error

    @staticmethod
    def _text(path: Path) -> str:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"{path}: is larger than any file of keypoints")
        try:
            return read_text(path)
        except UnicodeDecodeError as error:
            raise DataError(f"{path}: is not text in UTF-8") from error

    @classmethod
    def _json(cls, path: Path) -> Any:
        try:
            return json.loads(cls._text(path), object_hook=packed)
        except json.JSONDecodeError as error:
            raise DataError(f"{path}: is not JSON: line {error.lineno}: {error.msg}") from error
        except (RecursionError, ValueError) as error:
            raise DataError(f"{path}: cannot be read as JSON ({error})") from error


def validated(model: type[Model], document: Any, path: Path) -> Model:
    """The document as the model has it.

    Raises:
        DataError: says where it is otherwise.
    """
    try:
        return model.model_validate(document)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"{path}: {'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}") from error


def triples(numbers: Any, path: Path) -> np.ndarray:
    """(K, 3) of x, y and confidence, from a list of as many numbers or of as many triples.

    Raises:
        DataError: they are no triples.
    """
    try:
        flat = np.array(numbers, float).ravel()
    except (TypeError, ValueError) as error:
        raise DataError(f"{path}: keypoints should be numbers, x, y and confidence of each in turn") from error
    if len(flat) % 3:
        raise DataError(f"{path}: {len(flat)} numbers of keypoints are not x, y and confidence of each in turn")
    return flat.reshape(-1, 3)


def stacked(poses: Sequence[np.ndarray], path: Path) -> np.ndarray:
    """(N, K, 3) of poses of one length.

    Raises:
        DataError: their lengths differ.
    """
    lengths = sorted({len(points_K3) for points_K3 in poses})
    if len(lengths) > 1:
        raise DataError(f"{path}: figures have {' and '.join(map(str, lengths))} keypoints; they should have as many")
    return np.stack(poses) if poses else np.zeros((0, 0, 3))


def last_number(name: str) -> int | None:
    """The last whole number in a file's name without its ending: 12 of ``img_0012.png``."""
    numbers = re.findall(r"\d+", name.rpartition("/")[2].rpartition(".")[0] or name)
    return int(numbers[-1]) if numbers else None


def from_zero(numbers: Sequence[int]) -> np.ndarray:
    """Frame numbers counted from 0; they were counted from 1 if the smallest is 1.

    Args:
        numbers: of all frames, with and without figures.
    """
    return frame_numbers(numbers) - (min(numbers, default=0) == 1)


def frame_numbers(numbers: Sequence[int]) -> np.ndarray:
    """Frame numbers as an array; one that no video reaches stays one that no video reaches."""
    return np.array([min(max(number, -1), 1 << 60) for number in numbers], np.int64)
