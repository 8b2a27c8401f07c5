"""The contract of datasets, each rule broken by one toy."""

import dataclasses
import random
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor

from motionkit.interfaces import ContractError, Skeleton, Window
from motionkit.testing import check_dataset
from motionkit.testing.toys import TOY, ToyClip, ToyDataset


class Toy(ToyDataset):
    """Its clips are of the class ``clip``."""

    clip: ClassVar[type[ToyClip]]

    def __getitem__(self, index: int) -> ToyClip:
        return self.clip(super().__getitem__(index).angle)


def with_clip(window: Any = None, **attributes: Any) -> type[Toy]:
    """A dataset whose clips have other attributes, or whose windows go through ``window(clip, times, window)``."""

    class ChangedClip(ToyClip):
        def window(self, times_T: Tensor, size: int | None = None) -> Window:
            result = super().window(times_T, size)
            return result if window is None else window(self, times_T, result)

    for name, value in attributes.items():
        setattr(ChangedClip, name, value)
    return type("Changed", (Toy,), {"clip": ChangedClip, "Config": ToyDataset.Config})


def replaced(**changes: Any) -> type[Toy]:
    """A dataset in whose windows each named field goes through a function."""

    def window(clip: ToyClip, times: Tensor, result: Window) -> Window:
        changed = {name: change(getattr(result, name)) for name, change in changes.items()}
        return dataclasses.replace(result, **changed)

    return with_clip(window)


def with_skeleton(**changes: Any) -> type[ToyDataset]:
    return type("Changed", (ToyDataset,), {"skeleton": dataclasses.replace(TOY, **changes)})


class Endless(ToyDataset):
    def __getitem__(self, index: int) -> ToyClip:
        return super().__getitem__(index % len(self))


class Pythonic(ToyDataset):
    def __getitem__(self, index: int) -> ToyClip:
        return [*map(super().__getitem__, range(len(self)))][index]


class Empty(ToyDataset):
    def __len__(self) -> int:
        return 0


class Leaking(ToyDataset):
    """Has the same clips in both splits."""

    def __getitem__(self, index: int) -> ToyClip:
        return ToyDataset(self.config, "train")[index]


class Forgetful(ToyDataset):
    def __init__(self, config: Any, split: Any = "train") -> None:
        super().__init__(config)


def random_clip(clip: ToyClip, times: Tensor, result: Window) -> Window:
    return dataclasses.replace(result, keypoints_TK2=result.keypoints_TK2 * random.random())


def centred(clip: ToyClip, times: Tensor, result: Window) -> Window:
    return dataclasses.replace(result, keypoints_TK2=result.keypoints_TK2 - result.keypoints_TK2.mean(0))


def deaf_to_size(clip: ToyClip, times: Tensor, result: Window) -> Window:
    return dataclasses.replace(result, pixels_TCHW=torch.zeros(len(times), 3, 32, 32))


def pixels(values: Tensor) -> Tensor:
    return (values + 1) * 32


CASES: dict[str, tuple[Any, str]] = {
    "empty": (Empty, "expected at least one clip to train on"),
    "no split": (Forgetful, "expected .config and .split as given; call super"),
    "endless": (Endless, "expected IndexError for clip 8 of 8, but there was none"),
    "negative": (Pythonic, "expected IndexError for clip -1 of 8, but there was none"),
    "leaking": (Leaking, "expected clips to test on that are not trained on"),
    "no skeleton": (
        type("Changed", (ToyDataset,), {"skeleton": 17}),
        "expected skeleton to be a Skeleton, but it is int",
    ),
    "twin joints": (with_skeleton(joints=("head", "hand", "hand")), "expected joints with names of their own"),
    "bone to nowhere": (
        with_skeleton(bones=((0, 3),)),
        r"expected bones between two of the joints 0 to 2, but .* has \(0, 3\)",
    ),
    "bone to itself": (with_skeleton(bones=((1, 1),)), r"expected bones between two of the joints"),
    "short mirror": (with_skeleton(mirror=(0, 1)), "expected mirror to name each joint 0 to 2 once"),
    "turning mirror": (
        with_skeleton(mirror=(1, 2, 0)),
        "expected a mirror that undoes itself, but head goes to left hand",
    ),
    "label": (with_clip(label=3), "expected a clip's label to be a str, but it is 3"),
    "seconds": (with_clip(seconds=50), "expected a clip's seconds to be a float >= 0, but it is 50"),
    "fewer moments": (
        replaced(times_T=lambda t: t[1:]),
        r"expected times_T of shape \(6,\) for 6 times, but got \(5,\)",
    ),
    "float32 times": (replaced(times_T=Tensor.float), "expected times_T in torch.float64, but it is torch.float32"),
    "late": (replaced(times_T=lambda t: t + 1), r"expected times_T finite and in \[0, 2\], but it reaches from 1 to 3"),
    "backwards": (replaced(times_T=lambda t: t.flip(0)), "expected times_T to ascend, but it is"),
    "float64 keypoints": (replaced(keypoints_TK2=Tensor.double), "expected keypoints_TK2 in torch.float32"),
    "pixels": (
        replaced(keypoints_TK2=pixels),
        "expected keypoints_TK2 finite and in .* in other units, such as pixels",
    ),
    "missing joint": (replaced(keypoints_TK2=lambda k: k[:, 1:]), r"expected keypoints_TK2 of shape \(6, 3, 2\)"),
    "NaN": (replaced(keypoints_TK2=lambda k: k / 0), "expected keypoints_TK2 finite"),
    "percent": (
        replaced(confidence_TK=lambda c: 100 * c),
        r"expected confidence_TK finite and in \[0, 1\], but it reaches",
    ),
    "bytes": (
        replaced(pixels_TCHW=lambda v: v if v is None else v * 255),
        r"expected video_TCHW finite and in \[-1, 1\]",
    ),
    "video for all": (with_clip(deaf_to_size), "expected video just when a size is given, but size None gives Tensor"),
    "late start": (
        replaced(times_T=lambda t: t.clamp(min=0.1)),
        r"expected the first moment of 'circle from 0 degrees' at 0 s, but it is 0.1 s",
    ),
    "early end": (replaced(times_T=lambda t: t.clamp(max=1.9)), "expected the last moment .* at 2 s, but it is 1.9 s"),
    "random": (with_clip(random_clip), "expected the same clip .* asked twice, but its keypoints_TK2 differs"),
    "smoothed": (with_clip(centred), "to be the same alone and among other times, but its keypoints_TK2 differs"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_broken_dataset_is_named(case: str) -> None:
    dataset, message = CASES[case]
    with pytest.raises(ContractError, match=message):
        check_dataset(dataset)


def test_moments_that_move_when_asked_for_again_are_named() -> None:
    def earlier(clip: ToyClip, times: Tensor, result: Window) -> Window:
        inside = (times > 0) & (times < clip.seconds)
        return ToyClip(clip.angle).window(
            torch.where(inside, 0.9 * times, times), None if result.video_TCHW is None else 32
        )

    with pytest.raises(ContractError, match="to be themselves when asked for, but they became"):
        check_dataset(with_clip(earlier))


def test_a_recorded_clip_has_moments_at_its_frames_alone() -> None:
    def recorded(clip: ToyClip, times: Tensor, result: Window) -> Window:
        return ToyClip(clip.angle).window((times * 25).round() / 25, None if result.video_TCHW is None else 32)

    check_dataset(with_clip(recorded))


def test_a_skeleton_of_one_joint_is_valid() -> None:
    class Dot(ToyDataset):
        skeleton = Skeleton("dot", ("dot",), (), (0,))

        def __getitem__(self, index: int) -> Any:
            return DotClip(super().__getitem__(index).angle)

    class DotClip(ToyClip):
        def window(self, times_T: Tensor, size: int | None = None) -> Window:
            whole = super().window(times_T, size)
            return dataclasses.replace(
                whole, keypoints_TK2=whole.keypoints_TK2[:, 1:2], confidence_TK=whole.confidence_TK[:, 1:2]
            )

    check_dataset(Dot)
