"""The contract of datasets."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from motionkit.interfaces import Clip, ClipDataset, ComponentConfig, Split, Window
from motionkit.testing.declaration import Declaration, check_declaration, check_round_trip
from motionkit.testing.rules import Report, broken, examine, silent, small
from motionkit.testing.skeleton import FAR, check_skeleton


def check_dataset(
    component: type[Any], config: ComponentConfig | None = None, *, size: int = 32, on_pass: Report = silent
) -> None:
    """Checks that a dataset keeps the contract of :class:`ClipDataset`, in its first, middle and last clips.

    Args:
        component: the class.
        config: by default the preset ``small``, or the defaults where there is none.
        size: height and width of the video to ask for, in pixels.
        on_pass: called with the sentence of each rule that held.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
    """
    check_declaration(Declaration(component, ClipDataset), on_pass)
    examine(component, RULES, _Dataset(component, config or small(component, "dataset"), size), on_pass)


@dataclass(frozen=True)
class _Dataset:
    component: type[Any]
    config: ComponentConfig
    size: int

    def open(self, split: Split = "train") -> Any:
        return self.component(self.config, split)

    def clips(self, split: Split = "train") -> list[Clip]:
        """The first, the middle and the last."""
        data = self.open(split)
        return [data[index] for index in sorted({0, len(data) // 2, len(data) - 1})] if len(data) else []


def irregular(clip: Clip) -> Tensor:
    """Times in a clip, in seconds, at no frame rate."""
    return clip.seconds * torch.tensor([0.0, 0.11, 0.13, 0.5, 0.77, 1.0], dtype=torch.float64)


def opens(it: _Dataset) -> None:
    """It opens with either split, and keeps its config, which survives JSON."""
    check_round_trip(it.config)
    splits: tuple[Split, ...] = ("train", "test")
    for split in splits:
        data = it.open(split)
        if getattr(data, "config", None) != it.config or getattr(data, "split", None) != split:
            broken("expected .config and .split as given; call super().__init__(config, split) in __init__")
        if not isinstance(len(data), int):
            broken(f"expected len() to be an int, but it is {len(data)!r}")
    if len(it.open()) < 1:
        broken("expected at least one clip to train on, but there is none; is the config's path the right one?")


def skeleton(it: _Dataset) -> None:
    """Its skeleton is valid: bones join joints, and the mirror undoes itself."""
    check_skeleton(it.open().skeleton)


def indices(it: _Dataset) -> None:
    """An index outside [0, len) raises IndexError."""
    data = it.open()
    for index in (len(data), -1):
        try:
            data[index]
        except IndexError:
            continue
        broken(f"expected IndexError for clip {index} of {len(data)}, but there was none; a for loop relies on it")


def descriptions(it: _Dataset) -> None:
    """Each clip has a label, a source, and a length in seconds."""
    for clip in it.clips():
        if not isinstance(clip, Clip):
            broken(f"expected a Clip, but got {type(clip).__name__}")
        for name in ("label", "source"):
            if not isinstance(getattr(clip, name, None), str):
                broken(f"expected a clip's {name} to be a str, but it is {getattr(clip, name, None)!r}")
        seconds = getattr(clip, "seconds", None)
        if not isinstance(seconds, float) or not 0 <= seconds < float("inf"):
            broken(f"expected a clip's seconds to be a float >= 0, but it is {seconds!r}")


def windows(it: _Dataset) -> None:
    """A window holds as many moments as were asked for, in the types and ranges of Window."""
    joints = it.open().skeleton.size
    for clip in it.clips():
        for times in (irregular(clip), irregular(clip)[2:3]):
            for size in (None, it.size):
                _check_window(clip.window(times, size), clip, len(times), joints, size)


def moments(it: _Dataset) -> None:
    """The moments are the nearest to the times asked for: the first at 0, the last at seconds, none moved twice."""
    for clip in it.clips():
        times = clip.window(irregular(clip)).times_T
        for name, index, end in (("first", 0, 0.0), ("last", -1, clip.seconds)):
            if abs(times[index].item() - end) > 1e-6:
                broken(f"expected the {name} moment of '{clip.source}' at {end:.6g} s, but it is {times[index]:.6g} s")
        again = clip.window(times).times_T
        if not torch.equal(times, again):
            broken(
                f"expected the moments {_few(times)} of '{clip.source}' to be themselves when asked for, "
                f"but they became {_few(again)}; is the nearest frame chosen?"
            )


def repeats(it: _Dataset) -> None:
    """The same index gives the same bytes, twice and from a second instance."""
    for one, two, other in zip(it.clips(), it.clips(), it.clips(), strict=True):
        times = irregular(one)
        first = one.window(times, it.size)
        for name, again in {
            "asked twice": one.window(times, it.size),
            "from a second instance": two.window(times, it.size),
            "after another window": (other.window(times[1:2], it.size), other.window(times, it.size))[1],
        }.items():
            for field, before, after in zip(Window.__dataclass_fields__, _values(first), _values(again), strict=True):
                if not torch.equal(before, after):
                    broken(
                        f"expected the same clip '{one.source}' {name}, but its {field} differs; "
                        "seed a torch.Generator from the config and the index"
                    )


def shared_times(it: _Dataset) -> None:
    """What a clip shows at a time does not depend on the other times asked for."""
    for clip in it.clips():
        times = irregular(clip)
        whole = clip.window(times, it.size)
        for index in range(len(times)):
            alone = clip.window(times[index : index + 1], it.size)
            for field, before, after in zip(Window.__dataclass_fields__, _values(whole), _values(alone), strict=True):
                if not torch.allclose(before[index : index + 1], after, atol=1e-5):
                    broken(
                        f"expected '{clip.source}' at {times[index]:.4g} s to be the same alone and among other times, "
                        f"but its {field} differs; is something interpolated or smoothed over the times asked for?"
                    )


def held_out(it: _Dataset) -> None:
    """The clips to test on are not those to train on."""
    for train, test in zip(it.clips("train"), it.clips("test"), strict=False):
        one, two = (clip.window(irregular(clip)).keypoints_TK2 for clip in (train, test))
        if torch.equal(one, two):
            broken(
                f"expected clips to test on that are not trained on, but '{train.source}' and '{test.source}' move "
                "alike; does the dataset use its split?"
            )


def _check_window(window: Window, clip: Clip, count: int, joints: int, size: int | None) -> None:
    if (window.video_TCHW is None) != (size is None):
        broken(f"expected video just when a size is given, but size {size} gives {type(window.video_TCHW).__name__}")
    wanted = {
        "times_T": ((count,), torch.float64, 0.0, clip.seconds + 1e-9),
        "keypoints_TK2": ((count, joints, 2), torch.float32, -FAR, FAR),
        "confidence_TK": ((count, joints), torch.float32, 0.0, 1.0),
        "video_TCHW": ((count, 3, size, size), torch.float32, -1.0, 1.0),
    }
    for name, (shape, dtype, low, high) in wanted.items():
        value = getattr(window, name)
        if value is None:
            continue
        if tuple(value.shape) != shape:
            broken(f"expected {name} of shape {shape} for {count} times, but got {(*value.shape,)}")
        if value.dtype != dtype:
            broken(f"expected {name} in {dtype}, but it is {value.dtype}")
        if not (value.isfinite().all() and value.min() >= low and value.max() <= high):
            broken(
                f"expected {name} finite and in [{low:.4g}, {high:.4g}], but it reaches from {value.min():.4g} to "
                f"{value.max():.4g}; in other units, such as pixels or milliseconds?"
            )
    if (window.times_T.diff() < 0).any():
        broken(f"expected times_T to ascend, but it is {_few(window.times_T)}")


def _values(window: Window) -> list[Tensor]:
    values = (window.times_T, window.keypoints_TK2, window.confidence_TK, window.video_TCHW)
    return [torch.empty(0) if value is None else value for value in values]


def _few(times: Tensor) -> str:
    return "[" + ", ".join(f"{value:.6g}" for value in times.tolist()) + "]"


RULES = (opens, skeleton, indices, descriptions, windows, moments, repeats, shared_times, held_out)
