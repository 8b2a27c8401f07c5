"""Keypoints that are read in a clip's frames: by a small trained network, or by any installed detector."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from motionkit.config import build_config
from motionkit.interfaces import Clips, ConfigError, Detector, Frame, Skeleton
from motionkit.metrics.networks.pose_reader import TrainedReader
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
        self._read: Callable[[Clips], Tensor]
        # Many metrics look at the same clips, and detectors are slow.
        self._known: WeakKeyDictionary[Clips, Tensor] = WeakKeyDictionary()
        if name == TRAINED:
            network = TrainedReader(weights, sha256, skeleton)
            self._read = lambda clips: network.to(clips.video_BTCHW.device)(clips.video_BTCHW)
            self.provenance |= network.provenance
            return
        if weights or sha256:
            raise ConfigError(f"weights and sha256 are for the reader trained; {name} is a detector")
        plugin = find("detector", name)
        component: type[Detector] = plugin.load()
        detector = component(build_config(component.Config, where=name))
        if detector.skeleton != skeleton:
            raise ConfigError(
                f"the detector {name} finds the keypoints of {detector.skeleton.name}, "
                f"but the clips have {skeleton.name}"
            )
        self._read = partial(detected, detector)
        self.provenance |= {"distribution": plugin.distribution, "version": plugin.version}

    @torch.no_grad()
    def __call__(self, clips: Clips) -> Tensor:
        """Keypoints (B, T, K, 2), NaN in frames where a detector finds nobody; the same clips are read once."""
        if clips not in self._known:
            self._known[clips] = self._read(clips)
        return self._known[clips]


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
