"""The metric ``jerk``: whether motion is smooth."""

from motionkit.interfaces import ComponentConfig
from motionkit.metrics.mean_derivative import MeanDerivative


class Jerk(MeanDerivative):
    """Mean jerk of the keypoints, in units of [-1, 1] a second cubed: 0 and up, to be that of real clips.

    The measure of smoothness in the study of human movement (Flash and Hogan 1985); the most sensitive to trembling.
    """

    class Config(ComponentConfig):
        """No settings."""

    order = 3
