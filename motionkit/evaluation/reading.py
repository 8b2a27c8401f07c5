"""Keypoints that are read in a clip's frames: by a small trained network, or by any installed detector."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from motionkit.config import build_config
from motionkit.evaluation.pose_reader import TrainedReader
from motionkit.interfaces import Clips, ComponentConfig, ConfigError, Detector, Frame, Metric, Skeleton
from motionkit.pictures.picture import to_picture
from motionkit.registry import find

TRAINED = "trained"


class Reader:
    """Reads the keypoints of clips in their frames.

    Args:
        name: ``trained``, or an installed detector.
        skeleton: whose keypoints are wanted.
        weights: other weights of ``trained``; None for those that come with motionkit, which read ``actions`` alone.
        sha256: what the SHA-256 of the weights must be; None for any.

    Attributes:
        provenance: the reader, with the SHA-256 of its weights, or with the distribution and version it came from.

    Raises:
        ConfigError: it finds the keypoints of another skeleton, or a setting has no meaning for it.
        DataError: the weights cannot be used.
        PluginError: there is no such detector, or it lacks a library.
    """

    def __init__(self, name: str, skeleton: Skeleton, weights: Path | None = None, sha256: str | None = None) -> None:
        self.provenance = {"reader": name}
        self._network: TrainedReader | None = None
        self._detector: Detector | None = None
        if name == TRAINED:
            self._network = TrainedReader(weights, sha256, skeleton)
            self.provenance |= self._network.provenance
            return
        if weights or sha256:
            raise ConfigError(f"weights and sha256 are for the reader trained; {name} is a detector")
        plugin = find("detector", name)
        component: type[Detector] = plugin.load()
        if component.skeleton != skeleton:
            raise ConfigError(
                f"the detector {name} finds the keypoints of {component.skeleton.name}, "
                f"but the clips have {skeleton.name}"
            )
        self._detector = component(build_config(component.Config, where=name))
        self.provenance |= {"distribution": plugin.distribution, "version": plugin.version}

    @torch.no_grad()
    def __call__(self, clips: Clips) -> Tensor:
        """Keypoints (B, T, K, 2), NaN in frames where a detector finds nobody."""
        if self._network is not None:
            read_BTK2: Tensor = self._network.to(clips.video_BTCHW.device)(clips.video_BTCHW)
            return read_BTK2
        assert self._detector is not None
        return detected(self._detector, clips)


def detected(detector: Detector, clips: Clips) -> Tensor:
    """Keypoints (B, T, K, 2) that a detector finds in clips, NaN in frames where it finds nobody."""
    nobody_K2 = np.full((detector.skeleton.size, 2), np.nan, np.float32)
    pictures_BTHWC = to_picture(clips.video_BTCHW)
    times_BT = clips.times.double().cpu().expand(pictures_BTHWC.shape[:2]).numpy()
    keypoints = []
    for pictures_THWC, times_T in zip(pictures_BTHWC, times_BT - times_BT[:, :1], strict=True):
        frames = (Frame(float(time), picture) for time, picture in zip(times_T, pictures_THWC, strict=True))
        poses = detector.detect(frames, Path("the evaluated clip"))
        keypoints.append([nobody_K2 if pose is None else pose.keypoints_K2 for pose in poses])
    return torch.from_numpy(np.array(keypoints, np.float32))


class ReadMetric(Metric):
    """A metric of keypoints, of those that are read in the video: for any generator, whether it knows its own or not.

    Real clips are read alike, so that the reader's errors are in the floor too; scores of read keypoints and of true
    ones can't be compared. In a frame where nobody is found the pose of the nearest frame is taken; a clip in which
    nobody is found at all stands still in the middle of the picture.

    Args:
        metric: of keypoints.
        reader: of the same skeleton.
    """

    Config = ComponentConfig
    needs = "video"

    def __init__(self, metric: Metric, reader: Reader) -> None:
        super().__init__(metric.config, metric.skeleton)
        self.metric, self.reader = metric, reader
        # What the classes of other metrics say, this one takes from the metric that it wraps.
        self.better, self.span, self.reference = metric.better, metric.span, metric.reference  # type: ignore[misc]

    def times(self, grid_T: Tensor) -> Tensor:
        return self.metric.times(grid_T)

    def features(self, clips: Clips) -> Tensor:
        return self.metric.features(Clips(clips.times, filled(self.reader(clips))))

    def score(self, real_ND: Tensor, other_MD: Tensor) -> float:
        return self.metric.score(real_ND, other_MD)

    def provenance(self) -> dict[str, str]:
        """The metric's own, and the reader's."""
        return self.metric.provenance() | self.reader.provenance


def filled(keypoints_BTK2: Tensor) -> Tensor:
    """Poses of frames where nobody was found, taken from the nearest frame where somebody was; 0 if there is none."""
    found_BT = keypoints_BTK2.isfinite().all(-1).all(-1)
    frames_T = torch.arange(found_BT.shape[1])
    gaps_BTT = (frames_T[:, None] - frames_T).abs() + len(frames_T) * ~found_BT[:, None]
    nearest_BT = gaps_BTT.argmin(-1)
    poses_BTK2 = keypoints_BTK2[torch.arange(len(keypoints_BTK2))[:, None], nearest_BT]
    return poses_BTK2.nan_to_num(0.0)
