"""Videos in which a figure stands still, known through sidecars, and their preparation."""

import json

import numpy as np

from motionkit.detectors.sidecar import SidecarDetector
from motionkit.io.video import write_video
from motionkit.preparation.clip_folder import fill
from motionkit.preparation.settings import VideoSettings
from motionkit.preparation.videos import video_job
from motionkit.workers import HERE

FRAMES, FPS = 20, 25
SETTINGS = VideoSettings(size=16, detector="sidecar", distribution="")


def films(folder, *names):
    """Videos of noise, each with the keypoints of a figure that does not move."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        draw = np.random.default_rng(list(name.encode()))
        write_video(folder / f"{name}.mp4", draw.integers(0, 256, (FRAMES, 32, 32, 3), np.uint8), FPS)
        keypoints = [[x, y, 0.9] for x, y in draw.uniform(8, 24, (17, 2)).tolist()]
        entries = [{"time": index / FPS, "keypoints": keypoints} for index in range(FRAMES)]
        (folder / f"{name}.keypoints.json").write_text(json.dumps({"skeleton": "coco-17", "frames": entries}))
    return folder


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def prepared(source, out, workers=HERE, detector=SidecarDetector, told=lambda *_: None):
    return fill(video_job(source, detector(detector.Config()), SETTINGS), out, told, workers)
