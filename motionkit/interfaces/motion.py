"""The interface of motion models: noise to keypoints in continuous time."""

import abc
from typing import ClassVar

import torch
from torch import Tensor, nn

from motionkit.interfaces.component import ComponentConfig
from motionkit.interfaces.skeleton import Skeleton


class MotionGenerator(nn.Module, abc.ABC):
    """Turns motion noise into keypoints at any times. Knows nothing of pixels, nor of how it is trained.

    Set in every subclass:
        Config: the nested :class:`ComponentConfig`.
        continuous: True if the keypoints are defined at every time; False for a model that steps on a grid of its own
            and interpolates between its steps.
        stochastic: True if the path is random even after its initial value is known.

    Set where so:
        autonomous: True if what comes after a state depends on that state alone; then :meth:`flow` goes on from any.

    Define in every subclass: :attr:`noise_size`, :meth:`initial_value`, :meth:`forward`. Define where autonomous:
    :meth:`flow`.

    The noise is the only source of randomness: the same noise and weights give the same keypoints. A stochastic model
    takes the seed of each clip's fresh noise from the noise itself (:mod:`motionkit.numerics.streams`). Hence times
    that two calls share have the same keypoints whatever other times, and whatever other clips, are asked for.
    """

    Config: ClassVar[type[ComponentConfig]]
    continuous: ClassVar[bool]
    stochastic: ClassVar[bool]
    autonomous: ClassVar[bool] = False

    def __init__(self, config: ComponentConfig, skeleton: Skeleton) -> None:
        super().__init__()
        self.config = config
        self.skeleton = skeleton
        self.nfe: int | None = None
        """Evaluations of the vector field in the latest call; None for a model that has no field."""

    @property
    @abc.abstractmethod
    def noise_size(self) -> int:
        """D, the length of one clip's noise vector."""

    def sample_noise(self, batch: int, rng: torch.Generator) -> Tensor:
        """Motion noise z_m ~ N(0, I) of shape (B, D), drawn on the CPU from ``rng``."""
        return torch.randn(batch, self.noise_size, generator=rng)

    @abc.abstractmethod
    def initial_value(self, noise_BD: Tensor) -> Tensor:
        """P(z_m), the latent state at time 0, shape (B, hidden). Eq. 3 spreads these."""

    @abc.abstractmethod
    def forward(self, noise_BD: Tensor, times: Tensor) -> Tensor:
        """Keypoints at the given times.

        Args:
            noise_BD: as :meth:`sample_noise` draws it.
            times: seconds, ascending, >= 0, of shape (T,) for all clips or (B, T) for each.

        Returns:
            (B, T, K, 2): (x, y) in [-1, 1] with y down; a model may leave that range where the body leaves the frame.

        Raises:
            NonFiniteError: the solution became infinite or NaN.
        """

    def flow(self, state_BD: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
        """The motion that goes on from a latent state, of a model that is ``autonomous``.

        Args:
            state_BD: as :meth:`initial_value` gives it, or as this method returned it.
            times: seconds after that state, as :meth:`forward` takes them.

        Returns:
            Keypoints (B, T, K, 2), and the state at the last of the times, (B, hidden).
        """
        raise NotImplementedError(f"{type(self).__name__} is not autonomous")
