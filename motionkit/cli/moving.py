"""Clips whose keypoints go to other programs: those of a clip folder, or those that a run makes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from motionkit.cli import clips
from motionkit.interfaces import ConfigError, Skeleton
from motionkit.io.clips import ClipFile
from motionkit.io.files import inside
from motionkit.io.manifest import read_manifest
from motionkit.numerics.moments import moments
from motionkit.pictures.picture import Picture
from motionkit.pictures.skeletons import as_seen

STICK_SIZE = 256
"""Width and height of stick figures, and of the frames that keypoints alone are thought to be in."""


class Poses(NamedTuple):
    """When each frame is shown, in seconds since the first; its keypoints in [-1, 1], and how sure they are."""

    times_T: np.ndarray
    keypoints_TK2: np.ndarray
    confidence_TK: np.ndarray


class MovingClip(NamedTuple):
    """One clip.

    Attributes:
        name: of its files, without an ending.
        poses: one for each frame.
        size: width and height of the frames in pixels.
        frames: uint8 (H, W, 3), made or read only when they are asked for.
    """

    name: str
    poses: Poses
    size: tuple[int, int]
    frames: Iterator[Picture]


class Moving(NamedTuple):
    """Clips of one skeleton, and how many they are."""

    skeleton: Skeleton
    total: int
    clips: Iterator[MovingClip]


def recorded(folder: Path, number: int | None) -> Moving:
    """The clips of a clip folder, numbered as it numbers them; a label stands after the number."""
    manifest = read_manifest(folder)
    records = [clip for video in manifest.videos for clip in video.clips][:number]

    def clips_in_turn() -> Iterator[MovingClip]:
        for index, record in enumerate(records):
            file = ClipFile(inside(folder, record.file))
            every = np.arange(len(file.times_T))
            label = re.sub("[^A-Za-z0-9-]+", "-", record.label)
            name = f"clip-{index:03d}" + (f"_{label}" if label else "")
            height, width = file.size
            frames = (file.frames(every[at : at + 1])[0] for at in every)
            yield MovingClip(name, Poses(file.times_T, *file.poses(every)), (width, height), frames)

    return Moving(manifest.skeleton, len(records), clips_in_turn())


def made(run: Path, number: int | None, seconds: float | None, fps: float, seed: int) -> Moving:
    """Clips of a run, as ``motionkit generate`` makes them of the same seed."""
    generator = clips.open_run(run)
    skeleton = generator.skeleton
    if skeleton is None:
        raise ConfigError(f"{run}: its generator knows no keypoints, so there are none to export")
    number = number or clips.DEFAULT_CLIPS
    _, asked_T = moments(generator, clips.length(generator, seconds), fps)
    clips.warn_beyond_judged(run, float(asked_T[-1]))
    times_T = np.arange(len(asked_T)) / fps
    side = generator.image_size or STICK_SIZE

    def clips_in_turn() -> Iterator[MovingClip]:
        for index in range(number):
            noise, asked = generator.noise(1, seed, first=index), asked_T.to(generator.device)
            keypoints = generator.keypoints(noise, asked)
            assert keypoints is not None  # of a generator with a skeleton
            keypoints_TK2 = keypoints[0].cpu().numpy()
            sure_TK = np.ones(keypoints_TK2.shape[:2])
            pieces = generator.pieces(noise, asked)
            frames = (frame_HWC for piece in pieces for frame_HWC in as_seen(piece, skeleton, size=STICK_SIZE)[0])
            poses = Poses(times_T, keypoints_TK2, sure_TK)
            yield MovingClip(f"clip-{index:03d}", poses, (side, side), frames)

    return Moving(skeleton, number, clips_in_turn())
