"""The metric ``horizon``: how motion fares beyond the seconds that it was trained for."""

import torch
from torch import Tensor

from motionkit.interfaces import Clips, ConfigError
from motionkit.metrics.later import LaterMetric
from motionkit.numerics.derivatives import divided_difference
from motionkit.numerics.frechet import frechet_distance


class Horizon(LaterMetric):
    """Frechet distance of whole keypoint trajectories, in pieces of a motion that begin ever later.

    What ``trajectory_frechet`` says of a motion's beginning, this says of what follows; a piece is as long as the real
    windows that it is compared with. Range 0 and up, lower is closer; the score is that of the last piece. Motion
    may also run away, come to rest, or end the same whatever it began with: so beside the distance of each piece stand
    the largest coordinate (the picture ends at 1), and mean speed and diversity as shares of real ones. Our choice.
    """

    class Config(LaterMetric.Config):
        """Where the pieces begin."""

    needs = "keypoints"
    better = "lower"
    span = (0.0, float("inf"))

    def features(self, clips: Clips) -> Tensor:
        """Keypoints and mean speed, (B, T K 2 + 1)."""
        keypoints_BTK2 = clips.keypoints_BTK2.double()
        if keypoints_BTK2.shape[1] < 2:
            raise ConfigError("it takes two frames, but the clips have one")
        speed_B = divided_difference(keypoints_BTK2, clips.times.double(), 1).norm(dim=-1).mean((1, 2))
        return torch.cat([keypoints_BTK2.flatten(1), speed_B[:, None]], dim=1)

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        return frechet_distance(real_ND[:, :-1], other_MD[:, :-1])

    def figures(self, real_ND: Tensor, other_MD: Tensor) -> dict[str, float]:
        """The largest coordinate; and the mean speed and the mean distance of two clips, as shares of real ones."""
        speeds = [float(features[:, -1].double().mean()) for features in (real_ND, other_MD)]
        distances = [float(torch.pdist(features[:, :-1].double()).mean()) for features in (real_ND, other_MD)]
        return {
            "largest coordinate": float(other_MD[:, :-1].abs().max()),
            "speed / real": speeds[1] / max(speeds[0], 1e-9),
            "diversity / real": distances[1] / max(distances[0], 1e-9),
        }
