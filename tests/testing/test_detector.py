"""The contract of detectors, each rule broken by one toy."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from motionkit.interfaces import ContractError, Frame, Pose
from motionkit.testing import check_detector
from motionkit.testing.toys import ToyDetector


class Toy(ToyDetector):
    """Each pose goes through ``change``."""

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Any]:
        for pose in super().detect(frames, source):
            assert pose is not None
            yield self.change(pose)

    def change(self, pose: Pose) -> Any:
        return pose


class Hasty(ToyDetector):
    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        return super().detect(list(frames), source)


class Skipping(ToyDetector):
    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        yield from (pose for index, pose in enumerate(super().detect(frames, source)) if index != 2)


class Greeting(ToyDetector):
    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        poses = list(super().detect(frames, source))
        yield from poses or [None]


class Painting(ToyDetector):
    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        for frame in frames:
            yield from super().detect([frame], source)
            frame.image_HWC[0, 0, 1] ^= 1


class Remembering(ToyDetector):
    last: Pose | None = None

    def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
        for pose in super().detect(frames, source):
            assert pose is not None
            before, self.last = self.last or pose, pose
            yield Pose((pose.keypoints_K2 + before.keypoints_K2) / 2, pose.confidence_K)


class Tuples(Toy):
    def change(self, pose: Pose) -> Any:
        return tuple(pose)


class Precise(Toy):
    def change(self, pose: Pose) -> Any:
        return pose._replace(keypoints_K2=pose.keypoints_K2.astype(np.float64))


class Pixels(Toy):
    def change(self, pose: Pose) -> Any:
        return pose._replace(keypoints_K2=(pose.keypoints_K2 + 1) * 32)


class Unsure(Toy):
    def change(self, pose: Pose) -> Any:
        return pose._replace(confidence_K=pose.confidence_K * np.float32(np.nan))


class Listed(Toy):
    def change(self, pose: Pose) -> Any:
        return pose._replace(confidence_K=pose.confidence_K.tolist())


class Boneless(ToyDetector):
    skeleton = None  # type: ignore[assignment]


class Orphan(ToyDetector):
    def __init__(self, config: Any) -> None:
        pass


CASES: list[tuple[Any, str]] = [
    (Hasty, "expected result 1 with at most 2 frames taken, but 5 were; are the frames collected in a list"),
    (Skipping, "expected one result for each of 5 frames, but got 4; yield None"),
    (Greeting, "expected no result without frames, but there is one"),
    (Painting, "expected the frames untouched, but frame 0 changed; copy it"),
    (Remembering, "expected the same results from the same frames, but frame 0 differs the second time"),
    (Tuples, "expected a Pose or None for frame 0, but got tuple"),
    (Precise, r"expected keypoints_K2 of frame 0 to be an array float32 \(3, 2\), but it is float64 \(3, 2\)"),
    (Pixels, r"expected keypoints_K2 of frame 0 finite and in \[-3, 3\], but it reaches from"),
    (Unsure, r"expected confidence_K of frame 0 finite and in \[0, 1\]"),
    (Listed, "expected confidence_K of frame 0 to be an array .*, but it is list"),
    (Boneless, "expected skeleton to be a Skeleton, but it is NoneType"),
    (Orphan, "expected .config as given; call super"),
]


@pytest.mark.parametrize(("toy", "message"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_detector_is_named(toy: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check_detector(toy)


def test_a_detector_that_finds_nothing_is_correct() -> None:
    class Blind(ToyDetector):
        def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
            yield from (None for _ in frames)

    check_detector(Blind)


def test_one_frame_may_be_taken_ahead() -> None:
    class Peeking(ToyDetector):
        def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
            frames = iter(frames)
            waiting = next(frames, None)
            while waiting is not None:
                following = next(frames, None)
                yield from super().detect([waiting], source)
                waiting = following

    check_detector(Peeking)


def test_frames_and_source_reach_the_detector(tmp_path: Path) -> None:
    seen: list[tuple[float, Path]] = []

    class Watching(ToyDetector):
        def detect(self, frames: Iterable[Frame], source: Path) -> Iterator[Pose | None]:
            for frame in frames:
                seen.append((frame.time, source))
                yield from super().detect([frame], source)

    image = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    check_detector(Watching, frames=[Frame(0.0, image), Frame(0.5, image)], source=tmp_path)
    assert set(seen) == {(0.0, tmp_path), (0.5, tmp_path)}


def test_whether_it_trembles_must_be_said_as_a_bool() -> None:
    class Perhaps(ToyDetector):
        noisy: Any = "a little"

    with pytest.raises(ContractError, match=r"expected \.noisy to be True or False"):
        check_detector(Perhaps)


def test_it_goes_to_another_process_as_class_and_config() -> None:
    class Stubborn(ToyDetector):
        def __reduce__(self) -> Any:
            return Stubborn, (self.Config(contrast=0.5),)

    with pytest.raises(ContractError, match="expected a copy with the same config"):
        check_detector(Stubborn)
