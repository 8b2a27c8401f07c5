"""The file that an evaluation leaves, as it is read again: which scores, of which weights, measured how."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from motionkit.evaluation.score import Score
from motionkit.interfaces.errors import RunError

FOLDER, NAME = "evaluation", "scores.json"
"""Where a run keeps those of its last evaluation."""


class Record(BaseModel, frozen=True):
    """What ``motionkit evaluate`` wrote, but for the run and the machine.

    Attributes:
        scores: by metric.
        protocol: see :class:`~motionkit.evaluation.evaluation.Protocol`.
        read: who read the keypoints in the video; None where they are the generator's own.
        data: the dataset, as run.json names one.
        weights: the SHA-256 of each file of weights that was measured, by its name.
    """

    scores: dict[str, Score]
    protocol: dict[str, Any]
    read: str | None
    data: dict[str, Any]
    weights: dict[str, str]

    @classmethod
    def read_from(cls, file: Path) -> "Record":
        """The record in a file.

        Raises:
            RunError: the file is missing or damaged.
        """
        try:
            return cls.model_validate(json.loads(file.read_bytes()))
        except (OSError, ValueError, RecursionError) as error:
            first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            raise RunError(f"{file} is missing or damaged: {first}") from None
