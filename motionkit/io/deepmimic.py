"""DeepMimic's format of motion capture (Peng, Abbeel, Levine, van de Panne, SIGGRAPH 2018), for its humanoid."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pydantic
from scipy.spatial.transform import Rotation

from motionkit.interfaces import DataError
from motionkit.io.capture import Capture
from motionkit.io.text import read_text


class _Joint(NamedTuple):
    """A joint of the humanoid: its parent, its place in the parent's axes in metres, and its numbers in a frame."""

    name: str
    parent: str
    offset: tuple[float, float, float]
    numbers: int


BALL, HINGE, FIXED = 4, 1, 0
"""Numbers of a joint: a quaternion w x y z, an angle in radians about the z axis, or none."""

HUMANOID = (
    _Joint("chest", "root", (0, 0.236151, 0), BALL),
    _Joint("neck", "chest", (0, 0.223894, 0), BALL),
    _Joint("right hip", "root", (0, 0, 0.084887), BALL),
    _Joint("right knee", "right hip", (0, -0.421546, 0), HINGE),
    _Joint("right ankle", "right knee", (0, -0.409870, 0), BALL),
    _Joint("right shoulder", "chest", (-0.024050, 0.243500, 0.183110), BALL),
    _Joint("right elbow", "right shoulder", (0, -0.274788, 0), HINGE),
    _Joint("left hip", "root", (0, 0, -0.084887), BALL),
    _Joint("left knee", "left hip", (0, -0.421546, 0), HINGE),
    _Joint("left ankle", "left knee", (0, -0.409870, 0), BALL),
    _Joint("left shoulder", "chest", (-0.024050, 0.243500, -0.183110), BALL),
    _Joint("left elbow", "left shoulder", (0, -0.274788, 0), HINGE),
    _Joint("right wrist", "right elbow", (0, -0.258947, 0), FIXED),
    _Joint("left wrist", "left elbow", (0, -0.258947, 0), FIXED),
    _Joint("head", "neck", (0, 0.175, 0), FIXED),
)
"""The humanoid in the order of a frame's numbers: x forwards, y up, z to its right. The offsets are those of the
``humanoid.urdf`` that pybullet 3.2.7 ships, which is made four times as large; ``head`` is the middle of its head."""

NUMBERS = 1 + 3 + 4 + sum(joint.numbers for joint in HUMANOID)
"""Numbers in a frame: its length in seconds, the root's place and its quaternion, then those of each joint."""


class _File(pydantic.BaseModel):
    frames: list[list[pydantic.FiniteFloat]] = pydantic.Field(alias="Frames", min_length=1)


def read_deepmimic(path: Path) -> Capture:
    """Read a ``humanoid3d`` motion; a motion that loops is read once through.

    Raises:
        DataError: the file is missing, is not JSON of that form, or moves another body than the humanoid.
    """
    try:
        rows = _File.model_validate_json(read_text(path)).frames
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is not text in UTF-8") from error
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"{path}: {'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}") from error
    for number, row in enumerate(rows):
        if len(row) != NUMBERS:
            raise DataError(f"{path}: frame {number} has {len(row)} numbers; the humanoid's has {NUMBERS}")
    values_TN = np.array(rows)
    lengths_T = values_TN[:-1, 0]
    if not (lengths_T > 0).all():
        raise DataError(f"{path}: frame {int(np.argmin(lengths_T > 0))} has no length; only the last may have none")
    names = ("root", *(joint.name for joint in HUMANOID))
    parents = (-1, *(names.index(joint.parent) for joint in HUMANOID))
    offsets_J3 = np.array([(0, 0, 0), *(joint.offset for joint in HUMANOID)])
    offsets_TJ3 = np.tile(offsets_J3, (len(rows), 1, 1))
    offsets_TJ3[:, 0] = values_TN[:, 1:4]
    rotations_TJ33 = np.tile(np.eye(3), (*offsets_TJ3.shape[:2], 1, 1))
    rotations_TJ33[:, 0] = _matrices(path, values_TN[:, 4:8])
    column = 8
    for index, joint in enumerate(HUMANOID, 1):
        numbers_TN = values_TN[:, column : column + joint.numbers]
        column += joint.numbers
        if joint.numbers == BALL:
            rotations_TJ33[:, index] = _matrices(path, numbers_TN)
        elif joint.numbers == HINGE:
            rotations_TJ33[:, index] = Rotation.from_euler("z", numbers_TN).as_matrix()
    times_T = np.concatenate([[0], np.cumsum(lengths_T)])
    return Capture(names, parents, times_T, offsets_TJ3, rotations_TJ33)


def _matrices(path: Path, quaternions_T4: np.ndarray) -> np.ndarray:
    if (np.linalg.norm(quaternions_T4, axis=1) < 1e-6).any():
        raise DataError(f"{path}: holds a quaternion of length 0, which is no rotation")
    return Rotation.from_quat(quaternions_T4[:, [1, 2, 3, 0]]).as_matrix()
