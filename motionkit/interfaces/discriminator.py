"""The interface of discriminators: what tells real clips from generated ones."""

import abc
from collections.abc import Sequence
from typing import ClassVar, Literal, NamedTuple

from torch import Tensor, nn

from motionkit.interfaces.clips import Clips
from motionkit.interfaces.component import ComponentConfig
from motionkit.interfaces.skeleton import Skeleton


class Verdict(NamedTuple):
    """What a discriminator says of clips.

    Attributes:
        logits: of each critic by its name, high for real.
        features: what critics saw on the way to their logits, each (N, ...), with the clips in their order along N, of
            which each may have several rows.
    """

    logits: dict[str, Tensor]
    features: Sequence[Tensor] = ()


class Discriminator(nn.Module, abc.ABC):
    """Scores clips. One component holds all the critics of a stage, such as one of frames and one of sequences.

    Set in every subclass:
        Config: the nested :class:`ComponentConfig`.
        judges: ``"motion"`` for a critic of keypoints (stage I), ``"video"`` for one of frames (stage II).

    Define in every subclass: :meth:`forward`. Define in some: :meth:`examine`. A clip may have any number of frames of
    at least ``minimum_frames``.
    """

    Config: ClassVar[type[ComponentConfig]]
    judges: ClassVar[Literal["motion", "video"]]
    minimum_frames: ClassVar[int] = 1

    def __init__(self, config: ComponentConfig, skeleton: Skeleton) -> None:
        super().__init__()
        self.config = config
        self.skeleton = skeleton

    @abc.abstractmethod
    def forward(self, clips: Clips) -> dict[str, Tensor]:
        """Logits of each critic by its name, such as ``{"frame": (B, T), "sequence": (B, 1)}``; high means real.

        Args:
            clips: with keypoints, and with video where video is judged. Of their times only differences may matter.
        """

    def examine(self, clips: Clips) -> Verdict:
        """Logits as :meth:`forward` gives them, and features, for objectives that make them match those of real clips.

        By default there are no features.
        """
        return Verdict(self(clips))
