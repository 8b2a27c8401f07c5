"""The contract of discriminators, each rule broken by one toy."""

from typing import Any

import pytest
import torch
from torch import Tensor

from motionkit.interfaces import Clips, ContractError
from motionkit.testing import check_discriminator
from motionkit.testing.toys import ToyDiscriminator, ToyVideoDiscriminator

Logits = dict[str, Tensor]


class Toy(ToyDiscriminator):
    """What forward returns goes through ``change``."""

    def forward(self, clips: Clips) -> Logits:
        return self.change(super().forward(clips), clips.keypoints_BTK2, clips.times_BT)

    def change(self, logits: Logits, keypoints: Tensor, times: Tensor) -> Any:
        return logits


class Boundless(Toy):
    minimum_frames = 0


class Lone(Toy):
    def change(self, logits: Logits, keypoints: Tensor, times: Tensor) -> Any:
        return logits["frame"]


class Flat(Toy):
    def change(self, logits: Logits, keypoints: Tensor, times: Tensor) -> Any:
        return {name: value.flatten() for name, value in logits.items()}


class Pooled(Toy):
    def change(self, logits: Logits, keypoints: Tensor, times: Tensor) -> Any:
        return {name: value.mean(0, keepdim=True) for name, value in logits.items()}


class Moody(Toy):
    """Adds a critic for long clips."""

    def change(self, logits: Logits, keypoints: Tensor, times: Tensor) -> Any:
        return logits if keypoints.shape[1] < 4 else logits | {"long": logits["frame"].mean(1, keepdim=True)}


class TooEager(Toy):
    """Scores velocities of single frames: there is none to score."""

    minimum_frames = 1


class FixedLength(Toy):
    def change(self, logits: Logits, keypoints: Tensor, times: Tensor) -> Any:
        assert keypoints.shape[1] == 2, "wants 2 frames"
        return logits


class Wordless(Toy):
    def change(self, logits: Logits, keypoints: Tensor, times: Tensor) -> Any:
        return logits | {"accelerations": keypoints.diff(n=2, dim=1).flatten(2).mean(2)}


class ClockReader(Toy):
    def change(self, logits: Logits, keypoints: Tensor, times: Tensor) -> Any:
        return logits | {"frame": logits["frame"] + times}


class Unmoved(Toy):
    def change(self, logits: Logits, keypoints: Tensor, times: Tensor) -> Any:
        return logits | {"sequence": logits["sequence"].detach()}


class PoseCritic(ToyVideoDiscriminator):
    """Says that it judges video, and looks at the pose."""

    def forward(self, clips: Clips) -> Logits:
        return {"frame": self.colour(torch.ones(3)) * clips.keypoints_BTK2.mean((2, 3))}


class Mislabelled(ToyVideoDiscriminator):
    """Needs video, and says that it judges motion."""

    judges = "motion"


CASES: list[tuple[Any, str]] = [
    (Boundless, "expected minimum_frames to be a positive int, but it is 0"),
    (Lone, "expected a dict of logits by the critic's name, but got Tensor"),
    (Flat, r"expected logits 'frame' of shape \(B, n\).*, but got \(2,\)"),
    (Pooled, r"expected logits 'frame' of shape \(B, n\) = \(3, 2\), but got \(1, 2\)"),
    (Moody, "expected the critics .* for every length, but 9 frames give"),
    (TooEager, "expected finite numbers, but logits 'sequence' holds infinity or NaN"),
    (FixedLength, "^FixedLength raised where this was checked: .*wants 2 frames"),
    (Wordless, "expected at least one logit 'accelerations' a clip, but 2 frames give none"),
    (ClockReader, "expected the same logits 'frame' for times 4 s later, but they differ by 4"),
    (Unmoved, "expected a gradient from logits 'sequence' to the keypoints, but there is none"),
    (PoseCritic, "expected a gradient from logits 'frame' to the video, but there is none; detached, or judges"),
    (Mislabelled, "^Mislabelled raised where this was checked: .*these clips have no video"),
]


@pytest.mark.parametrize(("toy", "message"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_discriminator_is_named(toy: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check_discriminator(toy)


def test_the_video_has_the_size_that_was_asked_for() -> None:
    class Small(ToyVideoDiscriminator):
        def forward(self, clips: Clips) -> Logits:
            assert clips.video_BTCHW.shape[-2:] == (24, 24)
            return super().forward(clips)

    check_discriminator(Small, image_size=24)
