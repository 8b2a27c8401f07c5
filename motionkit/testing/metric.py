"""The contract of metrics."""

import copy
import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from motionkit.interfaces import ClipDataset, Clips, ComponentConfig, Metric, Skeleton
from motionkit.interfaces.seeding import seeded
from motionkit.testing.declaration import Declaration, check_declaration, check_round_trip
from motionkit.testing.rules import Report, broken, examine, silent, small
from motionkit.testing.toys import TOY, ToyDataset


def check_metric(
    component: type[Any],
    config: ComponentConfig | None = None,
    *,
    skeleton: Skeleton = TOY,
    dataset: ClipDataset | None = None,
    size: int = 32,
    on_pass: Report = silent,
) -> None:
    """Checks that a metric keeps the contract of :class:`Metric`, with a few toy clips.

    Args:
        component: the class.
        config: by default the preset ``small``, or the defaults where there is none.
        skeleton: what to build it with; the toy clips' own keypoints are repeated to fill one that is larger.
        dataset: five clips or more to show it; toy ones by default, which mean nothing to a network that learnt others.
        size: height and width of the video to show it, in pixels.
        on_pass: called with the sentence of each rule that held.

    Raises:
        ContractError: a rule does not hold; says what was expected, what was found, and the likely cause.
    """
    attributes = {
        "needs": ("keypoints", "video", "both"),
        "better": ("lower", "higher", "real"),
        "reference": ("train", "test"),
    }
    check_declaration(Declaration(component, Metric, attributes), on_pass)
    config = config or small(component, "metric")
    dataset = dataset or ToyDataset(ToyDataset.Config(clips=5))
    examine(component, RULES, _Metric(component, config, skeleton, dataset, size), on_pass)


@dataclass(frozen=True)
class _Metric:
    component: type[Any]
    config: ComponentConfig
    skeleton: Skeleton
    dataset: ClipDataset
    size: int

    def build(self) -> Any:
        return self.component(self.config, self.skeleton)

    @cached_property
    def metric(self) -> Any:
        return self.build()

    def grid(self, frames: int = 8) -> Tensor:
        return torch.arange(1, frames + 1, dtype=torch.float64) / 8

    def clips(self, number: int, noise: float = 0.0) -> Clips:
        """Toy clips at the metric's times; with noise their keypoints and pixels tremble."""
        frames = max(8, round(8 * self.metric.seconds))
        times_T = self.metric.times(self.grid(frames)).double()
        windows = [self.dataset[index].window(times_T, self.size) for index in range(number)]
        joints = torch.arange(self.skeleton.size) % self.dataset.skeleton.size
        keypoints = torch.stack([window.keypoints_TK2[:, joints] for window in windows])
        video = torch.stack([window.video_TCHW for window in windows if window.video_TCHW is not None])
        tremble = [noise * torch.randn(it.shape, generator=seeded("tremble")) for it in (keypoints, video)]
        needs = self.component.needs
        return Clips(
            times_T.float(),
            None if needs == "video" else (keypoints + tremble[0]).clamp(-1, 1),
            None if needs == "keypoints" else (video + tremble[1]).clamp(-1, 1),
        )

    def features(self, number: int, noise: float = 0.0) -> Tensor:
        features_BD: Tensor = self.metric.features(self.clips(number, noise=noise))
        return features_BD


def opens(it: _Metric) -> None:
    """It opens with a config and a skeleton, keeps both, and the config survives JSON."""
    check_round_trip(it.config)
    metric = it.metric
    if getattr(metric, "config", None) != it.config or getattr(metric, "skeleton", None) != it.skeleton:
        broken("expected .config and .skeleton as given; call super().__init__(config, skeleton) in __init__")


def provenance(it: _Metric) -> None:
    """Its provenance is text by name, as a file of scores keeps it."""
    found = it.build().provenance()
    if not isinstance(found, dict) or not all(isinstance(part, str) for pair in found.items() for part in pair):
        broken(f"expected provenance() to be a dict of text, but it is {found!r}")


def span(it: _Metric) -> None:
    """Its span is the least and the greatest score."""
    found = getattr(it.component, "span", None)
    if not (isinstance(found, tuple) and len(found) == 2 and all(isinstance(end, float) for end in found)):
        broken(f"expected the class attribute span to be two floats, but it is {found!r}; write (0.0, float('inf'))")
    if not found[0] < found[1]:
        broken(f"expected span to ascend, but it is {found!r}")


def times(it: _Metric) -> None:
    """The times that it looks at ascend, from the first frame to the last at most."""
    for frames in (2, 8):
        grid_T = it.grid(frames)
        kept = grid_T.clone()
        times_S = it.metric.times(grid_T)
        if not (isinstance(times_S, Tensor) and times_S.ndim == 1 and times_S.is_floating_point() and len(times_S)):
            broken(f"expected times to be a tensor of seconds (S,), but they are {times_S!r}")
        if not torch.equal(grid_T, kept):
            broken("expected the frame times untouched, but times() changed them; work on a copy")
        if (times_S.diff() <= 0).any() or times_S[0] < grid_T[0] or times_S[-1] > grid_T[-1]:
            broken(
                f"expected times that ascend from {grid_T[0]:g} to {grid_T[-1]:g} s at most, but they are "
                f"{[round(time, 4) for time in times_S.tolist()]}"
            )


def starts(it: _Metric) -> None:
    """The seconds at which its pieces of a motion begin ascend, from 0 at the earliest."""
    found = it.metric.starts
    if not (isinstance(found, tuple) and found and all(isinstance(start, float) for start in found)):
        broken(f"expected starts to be a tuple of seconds, but it is {found!r}; write (0.0,) for the beginning alone")
    if found[0] < 0 or any(late <= early for early, late in itertools.pairwise(found)):
        broken(f"expected starts that ascend from 0 s or later, but they are {found!r}")


def figures(it: _Metric) -> None:
    """What it says beside its score are finite numbers by name, the same names of any clips."""
    real, other = it.features(5), it.features(4, 0.2)
    found, again = it.metric.figures(real, other), it.metric.figures(real, real)
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        broken(f"expected figures() to be a dict of numbers by name, but it is {found!r}")
    for name, value in found.items():
        if not isinstance(value, float) or not math.isfinite(value):
            broken(f"expected the figure '{name}' to be a finite float, but it is {value!r}")
    if found.keys() != again.keys():
        broken(f"expected the same figures of any clips, but there are {[*found]} and {[*again]}")


def features(it: _Metric) -> None:
    """Features are finite rows of numbers, one for each clip, and as long for any number of clips."""
    lengths = set()
    for number in (1, 3):
        features_BD = it.features(number)
        if not isinstance(features_BD, Tensor) or not features_BD.is_floating_point():
            broken(f"expected features to be a tensor of floats, but got {type(features_BD).__name__}")
        if features_BD.ndim != 2 or len(features_BD) != number or not features_BD.shape[1]:
            broken(f"expected features of shape ({number}, D) for {number} clips, but got {(*features_BD.shape,)}")
        if not features_BD.isfinite().all():
            broken("expected finite features, but some are infinite or NaN; a division by zero where nothing moves?")
        lengths.add(features_BD.shape[1])
    if len(lengths) > 1:
        broken(f"expected as many features for 1 clip as for 3, but there are {sorted(lengths)}")


def repeats(it: _Metric) -> None:
    """The same clips have the same features, twice and from a second instance, and are left untouched."""
    clips, metric = it.clips(3, noise=0.1), it.metric
    kept = copy.deepcopy(clips)
    first = metric.features(clips)
    for field in ("times", "keypoints", "video"):
        before, after = getattr(kept, field), getattr(clips, field)
        if before is not None and after is not None and not torch.equal(before, after):
            broken(f"expected {field} untouched, but it is changed; work on a copy")
    for name, again in {"asked twice": metric, "from a second instance": it.build()}.items():
        if not torch.equal(first, again.features(clips)):
            broken(f"expected the same features {name}, but they differ; seed what is random")


def alone(it: _Metric) -> None:
    """The features of a clip are the same alone and in any company."""
    clips, metric = it.clips(3, noise=0.1), it.metric
    together = metric.features(clips)
    for index in range(3):
        row = metric.features(clips[index : index + 1])
        if not torch.allclose(row[0], together[index], rtol=1e-4, atol=1e-5):
            broken(
                f"expected the features of clip {index} to be the same alone and among 3, but they differ by "
                f"{(row[0] - together[index]).abs().max():.2g}; are they centred or scaled over the clips?"
            )


def scores(it: _Metric) -> None:
    """The score is a finite float within its span, of sets of different sizes too, and the same each time."""
    real, others = (
        it.features(5),
        {"generated": it.features(3, 0.2), "real": it.features(3), "the same": it.features(5)},
    )
    for name, other in others.items():
        score = it.metric.score(real, other)
        if not isinstance(score, float) or not math.isfinite(score):
            broken(f"expected the score of {name} clips to be a finite float, but it is {score!r}")
        low, high = it.component.span
        slack = 1e-6 * max(1.0, abs(score))  # of rounding, such as that of a distance 0
        if not low - slack <= score <= high + slack:
            broken(f"expected a score within the span {it.component.span}, but that of {name} clips is {score:.6g}")
        if score != it.metric.score(real, other):
            broken(f"expected the same score of {name} clips twice, but it differs; seed what is random")


def order(it: _Metric) -> None:
    """The order of clips does not matter to the score."""
    real, other, metric = it.features(5), it.features(4, 0.2), it.metric
    score = metric.score(real, other)
    for name, swapped in {
        "real": metric.score(real.flip(0), other),
        "other": metric.score(real, other.flip(0)),
    }.items():
        if not math.isclose(score, swapped, rel_tol=1e-4, abs_tol=1e-6):
            broken(
                f"expected the same score whatever the order of the {name} clips, but {score:.6g} became "
                f"{swapped:.6g}; does it pair the clips of the two sets?"
            )


def direction(it: _Metric) -> None:
    """Real clips score no worse than trembling ones, in the direction that it calls better."""
    metric, real = it.metric, it.features(5)
    same, worse = metric.score(real, real.clone()), metric.score(real, it.features(5, 0.5))
    better = it.component.better
    if (better == "lower" and same > worse + 1e-6) or (better == "higher" and same < worse - 1e-6):
        broken(
            f"expected real clips to score no worse than trembling ones where {better} is better, but they score "
            f"{same:.6g} and {worse:.6g}; is better the right way round?"
        )


RULES = (opens, provenance, span, starts, times, features, repeats, alone, scores, figures, order, direction)
