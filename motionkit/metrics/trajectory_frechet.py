"""The metric ``trajectory_frechet``: how far generated motion is from real motion, as a whole."""

from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, Metric
from motionkit.numerics.frechet import frechet_distance


class TrajectoryFrechet(Metric):
    """Frechet distance of whole keypoint trajectories: how far generated motion is from real motion.

    A clip's features are its keypoints, all T K 2 coordinates of them. Range 0 and up, lower is closer, in squared
    units of [-1, 1] summed over coordinates. There are often more coordinates than clips: what it says lies between
    the floor and the score. This follows the Frechet Inception Distance (Heusel et al. 2017) without a network.
    """

    class Config(ComponentConfig):
        """No settings."""

    needs = "keypoints"
    better = "lower"
    span = (0.0, float("inf"))

    def features(self, clips: Clips) -> Tensor:
        """Keypoints, (B, T K 2)."""
        return clips.keypoints_BTK2.flatten(1)

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        return frechet_distance(real_ND, other_MD)
