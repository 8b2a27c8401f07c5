"""The interface of metrics: how generated clips compare with real ones."""

import abc
from typing import ClassVar, Literal

from torch import Tensor

from motionkit.interfaces.clips import Clips
from motionkit.interfaces.component import ComponentConfig
from motionkit.interfaces.skeleton import Skeleton
from motionkit.interfaces.split import Split


class Metric(abc.ABC):
    """Turns clips into features, and two sets of features into a number.

    Whoever evaluates accumulates features clip by clip and scores them as often as is needed: real against generated;
    real against other real, which is the floor; and resampled clips, which give the interval. So a metric keeps
    nothing between calls, and says nothing of sample sizes.

    Set in every subclass:
        Config: the nested :class:`ComponentConfig`.
        needs: ``"keypoints"``, ``"video"`` or ``"both"``: what clips must have.
        better: ``"lower"``, ``"higher"``, or ``"real"`` where the score of real against real is what to reach.
        span: least and greatest score, such as ``(0, inf)``.

    Set in some:
        reference: the split that real clips are taken from; ``"train"`` for a metric that looks for copies.

    Define in every subclass: :meth:`features`, :meth:`score`. Define in some: :attr:`starts`, :attr:`seconds`,
    :meth:`times`, :meth:`figures`, :meth:`provenance`.

    Args:
        config: the settings.
        skeleton: of the data.
    """

    Config: ClassVar[type[ComponentConfig]]
    needs: ClassVar[Literal["keypoints", "video", "both"]]
    better: ClassVar[Literal["lower", "higher", "real"]]
    span: ClassVar[tuple[float, float]]
    reference: ClassVar[Split] = "test"

    def __init__(self, config: ComponentConfig, skeleton: Skeleton) -> None:
        self.config = config
        self.skeleton = skeleton

    @property
    def starts(self) -> tuple[float, ...]:
        """The seconds of a generated motion at which pieces of it begin, ascending; its beginning alone by default.

        Each piece is measured as a clip of its own and compared with the same real windows, wherever those begin. The
        score is that of the last piece.
        """
        return (0.0,)

    @property
    def seconds(self) -> float:
        """How long a clip it takes, at least: where fewer seconds are evaluated, its frame times go on to there."""
        return 0.0

    def times(self, grid_T: Tensor) -> Tensor:
        """At which seconds the metric looks at a clip, (S,), given the frame times that are evaluated, (T,).

        A metric of what lies between the frames asks for more, ascending and from the first frame to the last at most;
        those of a generator that has no frames there are its nearest, and count as they are.
        """
        return grid_T

    def provenance(self) -> dict[str, str]:
        """What the number depends on beside the settings, to be stored with it, such as the SHA-256 of weights."""
        return {}

    @abc.abstractmethod
    def features(self, clips: Clips) -> Tensor:
        """One row of numbers for each clip, (B, D), a function of that clip alone.

        Args:
            clips: on the CPU, at :meth:`times`, which may be (S,) or (B, S); video in [-1, 1], keypoints in [-1, 1],
                as :attr:`needs` says. Real clips that were recorded have the true times of their frames.

        Raises:
            ConfigError: such clips can't be measured, for instance because they have too few frames.
        """

    @abc.abstractmethod
    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        """The number, from features of N real clips and of M others; a pure function, whatever the order of clips.

        Args:
            real_ND: features of real clips, N >= 2.
            other_MD: features of generated clips, or of other real ones, M >= 2.
        """

    def figures(self, real_ND: Tensor, other_MD: Tensor) -> dict[str, float]:
        """What else can be said of such features, by name, to be shown beside the score of each piece."""
        return {}
