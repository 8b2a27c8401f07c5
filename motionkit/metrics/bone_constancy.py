"""The metric ``bone_constancy``: whether a body keeps its size."""

from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, ConfigError, Skeleton
from motionkit.metrics.mean import MeanMetric
from motionkit.numerics.bones import bone_lengths


def bone_variation(keypoints_BTK2: Tensor, skeleton: Skeleton) -> Tensor:
    """How much the bones of each clip change their length in it, (B,) in float64.

    Of each bone the standard deviation over the mean, averaged over the bones.

    Raises:
        ConfigError: the skeleton has no bones.
    """
    if not skeleton.bones:
        raise ConfigError(f"the skeleton {skeleton.name} has no bones")
    lengths_BTN = bone_lengths(keypoints_BTK2.double(), skeleton.bones)
    # A bone whose joints fall together at all times has no length to vary.
    variation_BN = lengths_BTN.std(1, correction=0) / lengths_BTN.mean(1).clamp(min=1e-9)
    return variation_BN.mean(1)


class BoneConstancy(MeanMetric):
    """How much bones change their length within a clip: the mean of :func:`bone_variation`.

    0 for a rigid body that moves in the picture's plane, and without bound; to be that of real clips, which is not 0,
    because people turn, and a bone that turns out of the plane looks shorter. Our choice: a generator of keypoints
    knows nothing of bones, so this is a property of bodies that it must have learnt.
    """

    class Config(ComponentConfig):
        """No settings."""

    needs = "keypoints"
    better = "real"
    span = (0.0, float("inf"))

    def features(self, clips: Clips) -> Tensor:
        """Variation within the clip, (B, 1)."""
        return bone_variation(clips.keypoints_BTK2, self.skeleton)[:, None]
