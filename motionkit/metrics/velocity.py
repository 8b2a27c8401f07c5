"""The metric ``velocity``: whether motion is as fast as real motion."""

from motionkit.interfaces import ComponentConfig
from motionkit.metrics.mean_derivative import MeanDerivative


class Velocity(MeanDerivative):
    """Mean speed of the keypoints, in units of [-1, 1] a second: 0 and up, to be that of real clips.

    Motion that is too slow, or stands still, has less of it.
    """

    class Config(ComponentConfig):
        """No settings."""

    order = 1
