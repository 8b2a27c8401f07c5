"""The metric ``acceleration``: whether motion trembles."""

from motionkit.interfaces import ComponentConfig
from motionkit.metrics.mean_derivative import MeanDerivative


class Acceleration(MeanDerivative):
    """Mean acceleration of the keypoints, in units of [-1, 1] a second squared: 0 and up, to be that of real clips.

    Motion that trembles has more of it, motion that is smoothed has less. Detected keypoints tremble too: the real
    value holds the detector's noise.
    """

    class Config(ComponentConfig):
        """No settings."""

    order = 2
