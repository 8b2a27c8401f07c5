"""The metric ``video_frechet``: Frechet distance between clips, in the features of a video network."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import torch
from pydantic import Field
from torch import Tensor

from motionkit.interfaces import Clips, ComponentConfig, ConfigError, Metric, Skeleton
from motionkit.metrics.networks.action_classifier import TrainedExtractor
from motionkit.metrics.networks.efficientnet import EfficientnetExtractor
from motionkit.metrics.networks.extractor import Extractor
from motionkit.metrics.networks.i3d import I3dExtractor
from motionkit.metrics.networks.resnext3d import ResNeXtExtractor
from motionkit.numerics.frechet import frechet_distance

EXTRACTORS: Mapping[str, type[Extractor]] = {
    "trained": TrainedExtractor,
    "efficientnet": EfficientnetExtractor,
    "i3d": I3dExtractor,
    "resnext101": ResNeXtExtractor,
}


class VideoFrechet(Metric):
    """Frechet distance of two sets of clips, each taken for a Gaussian in the features of a network.

    With ``i3d`` it is the Frechet video distance (FVD) of Unterthiner et al. (2018). Two scores compare only if
    extractor, weights, number of clips, frames, frame rate and size are the same.

    Raises:
        ConfigError, DataError, PluginError: as the extractor says; or a clip is too short for it.
    """

    needs = "video"
    better = "lower"
    span = (0.0, float("inf"))

    class Config(ComponentConfig):
        """The network whose features are compared."""

        extractor: Literal["trained", "efficientnet", "i3d", "resnext101"] = "trained"
        """``trained``: learnt from a dataset's labels. ``efficientnet``: ImageNet's, frame by frame. ``i3d`` and
        ``resnext101``: learnt from Kinetics, from weights that you have."""
        weights: Path | None = None
        """The file of the extractor's weights; ``trained`` has its own for the dataset ``actions``."""
        sha256: str | None = Field(None, pattern="^[0-9a-fA-F]{64}$")
        """What the SHA-256 of that file must be. ``i3d`` loads nothing without it."""

    config: Config

    def __init__(self, config: Config, skeleton: Skeleton) -> None:
        super().__init__(config, skeleton)
        self.extractor = EXTRACTORS[config.extractor](config.weights, config.sha256)

    def provenance(self) -> dict[str, str]:
        """The extractor, the name of its weights, and their SHA-256."""
        return {"extractor": self.config.extractor, **self.extractor.provenance}

    @torch.no_grad()
    def features(self, clips: Clips) -> Tensor:
        """The extractor's row for each clip, (B, D)."""
        frames, minimum = clips.video_BTCHW.shape[1], self.extractor.minimum_frames
        if frames < minimum:
            raise ConfigError(
                f"the extractor {self.config.extractor} looks at {minimum} frames or more, but the clips have {frames}"
            )
        return self.extractor.to(clips.video_BTCHW.device)(clips.video_BTCHW.float())

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        """:func:`~motionkit.numerics.frechet.frechet_distance`."""
        return frechet_distance(real_ND.cpu(), other_MD.cpu())
