"""How motion moves: speed, acceleration and jerk of keypoints."""

from typing import ClassVar

from torch import Tensor

from motionkit.evaluation.mean import MeanMetric
from motionkit.interfaces import Clips, ComponentConfig, ConfigError


def derivative(keypoints_BTK2: Tensor, times: Tensor, order: int) -> Tensor:
    """The derivative of keypoints by time as divided differences, (B, T - order, K, 2), in units of [-1, 1] / s^order.

    Each difference is divided by the time between the middles of the two that it is taken of. At even steps this is
    the finite difference over the step's power.

    Args:
        keypoints_BTK2: in float64, because high differences are of nearly equal numbers.
        times: seconds, ascending, (T,) or (B, T).
        order: 1 for velocity, 2 for acceleration, 3 for jerk.
    """
    for _ in range(order):
        keypoints_BTK2 = keypoints_BTK2.diff(dim=1) / times.diff(dim=-1)[..., None, None]
        times = (times[..., 1:] + times[..., :-1]) / 2
    return keypoints_BTK2


class _MeanDerivative(MeanMetric):
    """Mean length of a derivative of the keypoints, over joints and moments of a clip, then over clips."""

    needs = "keypoints"
    better = "real"
    span = (0.0, float("inf"))
    order: ClassVar[int]

    def features(self, clips: Clips) -> Tensor:
        """Mean length, (B, 1)."""
        if clips.keypoints_BTK2.shape[1] <= self.order:
            raise ConfigError(f"it takes {self.order + 1} frames, but the clips have {clips.keypoints_BTK2.shape[1]}")
        change_BSK2 = derivative(clips.keypoints_BTK2.double(), clips.times.double(), self.order)
        return change_BSK2.norm(dim=-1).mean((1, 2))[:, None]


class Velocity(_MeanDerivative):
    """Mean speed of the keypoints, in units of [-1, 1] a second: 0 and up, to be that of real clips.

    Motion that is too slow, or stands still, has less of it.
    """

    class Config(ComponentConfig):
        """No settings."""

    order = 1


class Acceleration(_MeanDerivative):
    """Mean acceleration of the keypoints, in units of [-1, 1] a second squared: 0 and up, to be that of real clips.

    Motion that trembles has more of it, motion that is smoothed has less. Detected keypoints tremble too: the real
    value holds the detector's noise.
    """

    class Config(ComponentConfig):
        """No settings."""

    order = 2


class Jerk(_MeanDerivative):
    """Mean jerk of the keypoints, in units of [-1, 1] a second cubed: 0 and up, to be that of real clips.

    The measure of smoothness in the study of human movement (Flash and Hogan 1985); the most sensitive to trembling.
    """

    class Config(ComponentConfig):
        """No settings."""

    order = 3
