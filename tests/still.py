"""A detector that sees the same figure in every frame, videos for it, and their preparation."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from motionkit.detectors.sidecar import SidecarDetector
from motionkit.interfaces import Frame, Pose
from motionkit.io.manifest import Manifest
from motionkit.io.video import write_video
from motionkit.preparation.clip_folder import fill
from motionkit.preparation.settings import VideoSettings
from motionkit.preparation.videos import video_job

FRAMES, FPS = 30, 25
BODY = np.random.default_rng(0).uniform(-0.5, 0.5, (17, 2))


class Still(SidecarDetector):
    """Finds the same figure in every frame, in pixels of the whole frame; counts the videos it was shown."""

    def __init__(self) -> None:
        super().__init__(SidecarDetector.Config())
        self.seen: list[str] = []

    def detect(self, frames, source: Path) -> Iterator[Pose | None]:
        self.seen.append(source.name)
        for frame in frames:
            yield self.pose(frame)

    def pose(self, frame: Frame) -> Pose | None:
        return Pose(BODY.astype(np.float32), np.ones(17, np.float32))


def prepare(source, out, detector, progress=lambda *_: None, size=16, **settings) -> Manifest:
    chosen = VideoSettings(size=size, detector="still", distribution="toys 1", **settings)
    return fill(video_job(source, detector, chosen), out, progress)


def film(path: Path, frames=FRAMES, height=32, width=32, seed=0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    colours = np.random.default_rng(seed).integers(0, 256, (frames, 1, 1, 3), np.uint8)
    write_video(path, np.broadcast_to(colours, (frames, height, width, 3)), FPS)
    return path
