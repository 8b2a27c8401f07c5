"""A recorded clip on disk: one safetensors file with frames, keypoints and times, read at any moment."""

import itertools
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pydantic
from safetensors import SafetensorError, safe_open

from motionkit.interfaces import DataError
from motionkit.io.atomic import replacing

HEADER = "motionkit.clip"
"""The one entry of the file's metadata, a JSON object: with one entry, equal clips are equal byte for byte."""


DTYPES = {"times": ("F64", 8), "confidence": ("F32", 4), "keypoints": ("F32", 4), "frames": ("U8", 1)}
"""Of the tensors, as safetensors calls them, and the bytes of one number."""


@dataclass(frozen=True)
class ClipInfo:
    """What is known of a clip beside its frames.

    Attributes:
        skeleton: the name of its skeleton.
        label: what is done in it; "" where unknown.
        source: the video that it was cut from.
        start: the moment of its first frame in that video, in seconds.
    """

    skeleton: str
    label: str = ""
    source: str = ""
    start: float = 0.0


_INFO = pydantic.TypeAdapter(ClipInfo)


def write_clip(
    path: Path,
    info: ClipInfo,
    frames: Iterable[np.ndarray],
    keypoints_TK2: np.ndarray,
    confidence_TK: np.ndarray,
    times_T: np.ndarray,
) -> None:
    """Write a clip, whole or not at all, in memory of one frame. The same clip gives the same bytes.

    Args:
        path: its folder must exist.
        info: kept in the file's header.
        frames: T of them, uint8 RGB (H, W, 3); each is written as it comes.
        keypoints_TK2: finite (x, y) in [-1, 1], y down.
        confidence_TK: in [0, 1].
        times_T: seconds, ascending; the first becomes 0.

    Raises:
        DataError: the keypoints are not finite, the times do not ascend, or there are more frames, or fewer.
        OSError: the folder is missing, read-only or full.
    """
    coming = iter(frames)
    first_HWC = next(coming, np.empty((0, 0, 3)))
    tensors = {  # in the order of safetensors: the widest numbers first, so that all lie aligned
        "times": np.asarray(times_T, "<f8") - times_T[0],
        "confidence": np.ascontiguousarray(confidence_TK, "<f4"),
        "keypoints": np.ascontiguousarray(keypoints_TK2, "<f4"),
    }
    shapes = {name: tensor.shape for name, tensor in tensors.items()} | {"frames": (len(times_T), *first_HWC.shape)}
    _check_shapes(path, shapes)
    _check_times(path, tensors["times"])
    _check_finite(path, tensors["keypoints"], tensors["confidence"])
    # Written by Python, so that a full disk is an OSError; and frame by frame, because safetensors wants all at once.
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(_head(shapes, {HEADER: json.dumps(asdict(info))}))
        for tensor in tensors.values():
            file.write(tensor.tobytes())
        count = 0
        for frame_HWC in itertools.chain([first_HWC], coming):
            count += frame_HWC.shape == first_HWC.shape
            file.write(np.ascontiguousarray(frame_HWC, np.uint8).data)
        _check_shapes(path, shapes | {"frames": (count, *first_HWC.shape)})


class ClipFile:
    """A clip on disk. Opening it reads the header and the times; frames are read one by one, as they are asked for.

    It can be sent to another process, which opens the file anew.

    Raises (on opening, and on reading):
        DataError: the file is missing, damaged or not a clip, or its numbers are not finite.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._damage_told():
            # Stays open while somebody holds the clip: to open it takes longer than to read the poses of a window.
            self._file: Any = safe_open(path, framework="numpy")
            slices = {name: self._file.get_slice(name) for name in self._file.keys()}  # noqa: SIM118 (it is no dict)
            shapes = {name: tuple(it.get_shape()) for name, it in slices.items()}
            _check_shapes(path, shapes)
            if (kind := slices["frames"].get_dtype()) != "U8":
                raise DataError(f"{path}: its frames should be bytes, U8, but are {kind}")
            self.times_T: np.ndarray = self._file.get_tensor("times")
            self._header: str = (self._file.metadata() or {}).get(HEADER, "")
        _check_times(path, self.times_T)
        self.size: tuple[int, int] = shapes["frames"][1:3]
        """Height and width of the frames in pixels."""

    def __reduce__(self) -> tuple[type["ClipFile"], tuple[Path]]:
        return ClipFile, (self.path,)

    @cached_property
    def info(self) -> ClipInfo:
        """What is known of the clip beside its frames."""
        try:
            return _INFO.validate_json(self._header)
        except pydantic.ValidationError as error:
            raise DataError(f"{self.path}: its header does not describe a motionkit clip") from error

    def frames(self, indices_T: np.ndarray) -> np.ndarray:
        """The uint8 RGB frames of those numbers, (T, H, W, 3)."""
        frames_THWC = np.empty((len(indices_T), *self.size, 3), np.uint8)
        # Read, because a map of the file makes the kernel lay out its pages first, which takes three times as long.
        with self._damage_told(), open(self.path, "rb", buffering=0) as file:
            length = int.from_bytes(file.read(8), "little")
            first = 8 + length + json.loads(file.read(length))["frames"]["data_offsets"][0]
            for frame_HWC, index in zip(frames_THWC, indices_T.tolist(), strict=True):
                file.seek(first + index * frame_HWC.nbytes)
                if file.readinto(frame_HWC.data) != frame_HWC.nbytes:
                    raise ValueError(f"it ends before frame {index}")
        return frames_THWC

    def poses(self, indices_T: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The float32 keypoints (T, K, 2) and confidences (T, K) of the frames of those numbers."""
        with self._damage_told():
            keypoints_TK2, confidence_TK = (_span(self._file, it, indices_T) for it in ("keypoints", "confidence"))
        _check_finite(self.path, keypoints_TK2, confidence_TK)
        return keypoints_TK2, confidence_TK

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise DataError(f"{self.path}: there is no such clip file") from error
        except (SafetensorError, OSError, ValueError, LookupError) as error:
            raise DataError(f"{self.path}: is damaged or not a clip file ({error})") from error


def _head(shapes: Mapping[str, tuple[int, ...]], metadata: Mapping[str, str]) -> bytes:
    """What a safetensors file has before its numbers: the length of a JSON object, and that."""
    described: dict[str, Any] = {"__metadata__": metadata}
    end = 0
    for name, shape in shapes.items():
        kind, width = DTYPES[name]
        start, end = end, end + width * math.prod(shape)
        described[name] = {"dtype": kind, "shape": shape, "data_offsets": [start, end]}
    head = json.dumps(described, separators=(",", ":"), ensure_ascii=False).encode()
    head += b" " * (-len(head) % 8)
    return len(head).to_bytes(8, "little") + head


def _span(file: Any, name: str, indices_T: np.ndarray) -> np.ndarray:
    """Some rows of a tensor, whose rows are so small that those between are read sooner than each is asked for."""
    first, last = int(indices_T.min()), int(indices_T.max())
    return np.asarray(file.get_slice(name)[first : last + 1][indices_T - first])


def _check_shapes(path: Path, shapes: dict[str, tuple[int, ...]]) -> None:
    """Frames (T, H, W, 3), keypoints (T, K, 2), confidence (T, K) and times (T,) must agree."""
    missing = {"frames", "keypoints", "confidence", "times"} - set(shapes)
    if missing:
        raise DataError(f"{path}: not a clip file, it has no {' and no '.join(sorted(missing))}")
    (T, *_), (_, K, *_) = shapes["frames"], (*shapes["confidence"], 0, 0)
    agree = len(shapes["frames"]) == 4 and shapes["frames"][3] == 3 and T > 0
    agree = agree and shapes["keypoints"] == (T, K, 2) and shapes["confidence"] == (T, K) and shapes["times"] == (T,)
    if not agree:
        told = ", ".join(f"{name} {shape}" for name, shape in sorted(shapes.items()))
        raise DataError(
            f"{path}: shapes should be frames (T, H, W, 3), keypoints (T, K, 2), confidence (T, K), times (T,), "
            f"but are {told}"
        )


def _check_times(path: Path, times_T: np.ndarray) -> None:
    if not (np.isfinite(times_T).all() and times_T[0] == 0 and (np.diff(times_T) > 0).all()):
        raise DataError(f"{path}: times must be finite seconds that start at 0 and ascend")


def _check_finite(path: Path, keypoints_TK2: np.ndarray, confidence_TK: np.ndarray) -> None:
    if not (np.isfinite(keypoints_TK2).all() and np.isfinite(confidence_TK).all()):
        raise DataError(f"{path}: holds keypoints that are not finite numbers")
