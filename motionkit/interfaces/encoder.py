"""The interface of encoders: real clips to the noise that a generator would make them from."""

import abc
from typing import ClassVar, Literal, NamedTuple

import torch
from torch import Tensor, nn

from motionkit.interfaces.clips import Clips
from motionkit.interfaces.component import ComponentConfig
from motionkit.interfaces.skeleton import Skeleton


class Code(NamedTuple):
    """A normal distribution over one part of the noise, for each clip.

    Attributes:
        mean_BD: its mean.
        log_variance_BD: the logarithm of its variance, D numbers that are independent of each other.
    """

    mean_BD: Tensor
    log_variance_BD: Tensor

    @classmethod
    def of(cls, numbers_BD: Tensor) -> "Code":
        """The code that 2 D free numbers stand for, such as a network's output: half means, half variances.

        Variances lie between e^-10 and 1, since noise itself has 1 and no code need be vaguer; they begin near e^-2.
        """
        mean_BD, free_BD = numbers_BD.float().chunk(2, dim=1)
        return cls(mean_BD, -10 * torch.sigmoid(-1.4 - free_BD / 2.5))

    def draw(self, rng: torch.Generator) -> Tensor:
        """Noise drawn from it, (B, D), through which a gradient reaches both (Kingma and Welling, 2014)."""
        normal_BD = torch.randn(self.mean_BD.shape, generator=rng).to(self.mean_BD)
        return self.mean_BD + (0.5 * self.log_variance_BD).exp() * normal_BD


class Encoder(nn.Module, abc.ABC):
    """Tells from real clips which noise they could have been made from. Knows nothing of the generator.

    Set in every subclass:
        Config: the nested :class:`ComponentConfig`.
        encodes: ``"motion"`` for one that reads keypoints, ``"appearance"`` for one that reads frames.

    Define in every subclass: :meth:`forward`.

    A clip's code depends on that clip alone, and not on when it was cut out: times count as differences.
    """

    Config: ClassVar[type[ComponentConfig]]
    encodes: ClassVar[Literal["motion", "appearance"]]

    def __init__(self, config: ComponentConfig, skeleton: Skeleton, noise_size: int) -> None:
        super().__init__()
        self.config = config
        self.skeleton = skeleton
        self.noise_size = noise_size

    @abc.abstractmethod
    def forward(self, clips: Clips) -> Code:
        """The noise, D = ``noise_size`` numbers for each clip.

        Args:
            clips: of two frames at least for a motion, of one at least for an appearance; with keypoints, and with
                video where the appearance is read.
        """
