"""The contract of detectors."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from motionkit.interfaces import ComponentConfig, Detector, Frame, Pose
from motionkit.testing.declaration import Declaration, check_declaration, check_round_trip
from motionkit.testing.rules import Report, broken, examine, silent, small
from motionkit.testing.skeleton import FAR, check_skeleton


def check_detector(
    component: type[Any],
    config: ComponentConfig | None = None,
    *,
    frames: Sequence[Frame] | None = None,
    source: Path = Path("made-up.mp4"),
    on_pass: Report = silent,
) -> None:
    """Checks that a detector keeps the contract of :class:`Detector`.

    Args:
        component: the class.
        config: by default the preset ``small``, or the defaults where there is none.
        frames: a video, best with a figure in it; by default five frames of noise, in which few will find one.
        source: where the frames come from, for a detector that reads what lies beside them.
        on_pass: called with the sentence of each rule that held.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
    """
    check_declaration(Declaration(component, Detector), on_pass)
    config = config or small(component, "detector")
    examine(component, RULES, _Detector(component, config, tuple(frames or _noise()), source), on_pass)


@dataclass(frozen=True)
class _Detector:
    component: type[Any]
    config: ComponentConfig
    frames: tuple[Frame, ...]
    source: Path

    def detect(self) -> list[Pose | None]:
        return list(self.component(self.config).detect(iter(self.frames), self.source))


def _noise() -> list[Frame]:
    draw = np.random.default_rng(0)
    return [Frame(index / 25, draw.integers(0, 256, (64, 48, 3), dtype=np.uint8)) for index in range(5)]


def opens(it: _Detector) -> None:
    """It keeps its config, which survives JSON."""
    check_round_trip(it.config)
    if getattr(it.component(it.config), "config", None) != it.config:
        broken("expected .config as given; call super().__init__(config) in __init__")


def skeleton(it: _Detector) -> None:
    """Its skeleton is set, and valid: bones join joints, and the mirror undoes itself."""
    check_skeleton(getattr(it.component, "skeleton", None))


def travels(it: _Detector) -> None:
    """It says whether it is noisy, and goes to another process as its class and config."""
    if not isinstance(getattr(it.component, "noisy", None), bool):
        broken("expected .noisy to be True or False: do the keypoints of a still figure tremble?")
    there = copy.copy(it.component(it.config))
    if type(there) is not it.component or there.config != it.config:
        broken("expected a copy with the same config; is __reduce__ or __copy__ overridden?")


def one_each(it: _Detector) -> None:
    """There is one result for each frame, and none without frames."""
    results = it.detect()
    if len(results) != len(it.frames):
        broken(
            f"expected one result for each of {len(it.frames)} frames, but got {len(results)}; "
            "yield None where no figure is found"
        )
    detector = it.component(it.config)
    if any(True for _ in detector.detect(iter(()), it.source)):
        broken("expected no result without frames, but there is one")


def lazy(it: _Detector) -> None:
    """Each result comes with at most one frame taken ahead of it, so that a video of any length passes."""
    taken = 0

    def count() -> Iterator[Frame]:
        nonlocal taken
        for frame in it.frames:
            taken += 1
            yield frame

    for index, _ in enumerate(it.component(it.config).detect(count(), it.source), start=1):
        # One ahead is allowed: how long a frame is shown is known only from the next one's time.
        if taken > index + 1:
            broken(
                f"expected result {index} with at most {index + 1} frames taken, but {taken} were; "
                "are the frames collected in a list? Loop over them, and yield"
            )


def poses(it: _Detector) -> None:
    """A result is None or a finite Pose, in the types and ranges of Pose."""
    joints = it.component(it.config).skeleton.size
    for index, pose in enumerate(it.detect()):
        if pose is None:
            continue
        if not isinstance(pose, Pose):
            broken(f"expected a Pose or None for frame {index}, but got {type(pose).__name__}")
        wanted = {"keypoints_K2": ((joints, 2), -FAR, FAR), "confidence_K": ((joints,), 0.0, 1.0)}
        for name, (shape, low, high) in wanted.items():
            value = getattr(pose, name)
            if not isinstance(value, np.ndarray) or value.shape != shape or value.dtype != np.float32:
                found = f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
                broken(f"expected {name} of frame {index} to be an array float32 {shape}, but it is {found}")
            if not (np.isfinite(value).all() and value.min() >= low and value.max() <= high):
                broken(
                    f"expected {name} of frame {index} finite and in [{low:g}, {high:g}], but it reaches from "
                    f"{value.min():.4g} to {value.max():.4g}; in pixels, or in [0, 1] of the frame?"
                )


def repeats(it: _Detector) -> None:
    """The same frames give the same results, and one instance may see several videos."""
    detector = it.component(it.config)
    first, second = (list(detector.detect(iter(it.frames), it.source)) for _ in range(2))
    for index, (one, two) in enumerate(zip(first, second, strict=True)):
        alike = (one is None) == (two is None)
        if one is not None and two is not None:
            alike = all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))
        if not alike:
            broken(
                f"expected the same results from the same frames, but frame {index} differs the second time; "
                "does a tracker remember the last video? Keep what it remembers inside detect"
            )


def untouched(it: _Detector) -> None:
    """The frames are not changed."""
    given = [frame.image_HWC.copy() for frame in it.frames]
    it.detect()
    for index, (before, frame) in enumerate(zip(given, it.frames, strict=True)):
        if not np.array_equal(before, frame.image_HWC):
            broken(f"expected the frames untouched, but frame {index} changed; copy it before drawing on it")


RULES = (opens, skeleton, travels, one_each, lazy, poses, repeats, untouched)
