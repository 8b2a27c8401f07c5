"""Real people for a generator's encoders: a video, a picture, or a clip of a clip folder, as clips of its own size."""

import difflib
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from motionkit import registry
from motionkit.config import build_config
from motionkit.datasets.folder import RecordedClip
from motionkit.detectors.sidecar import SidecarDetector
from motionkit.interfaces import Clips, ConfigError, DataError, Detector, Skeleton, Window
from motionkit.io.manifest import read_manifest
from motionkit.pictures.picture import from_picture
from motionkit.preparation.crop import CropConfig
from motionkit.preparation.gate import GateConfig
from motionkit.preparation.recording import Recording
from motionkit.preparation.settings import VideoSettings
from motionkit.preparation.smoothing import SmoothConfig
from motionkit.preparation.videos import Takes, takes_of
from motionkit.windows import collate


def clips_from(
    source: str | Path,
    skeleton: Skeleton,
    size: int,
    detector: str | None = None,
    on_frame: Callable[[], None] = lambda: None,
) -> Clips:
    """One real clip, with its keypoints and its video.

    A video or a picture is prepared as ``motionkit prepare`` does it, in a square that follows the figure; of a video
    the first stretch is taken in which the figure can be trusted.

    Args:
        source: path of a video or a picture; or ``FOLDER:CLIP`` for a clip of a clip folder, where CLIP is its number,
            or its file below ``clips`` without the ending, such as ``ann_wave.mp4/000``.
        skeleton: what the keypoints should be.
        size: height and width of the video, in pixels.
        detector: what finds the figure in a video or a picture; by default the file that the detector ``sidecar``
            reads, where one lies beside it.
        on_frame: called after each frame that a figure was looked for in; what it raises stops the reading.

    Returns:
        A single clip, B = 1, its first frame at 0 seconds. A picture is a clip of one frame.

    Raises:
        DataError: there is no such source, it is damaged, of another skeleton, or no figure in it can be trusted.
        ConfigError: nobody says what finds the figure.
        PluginError: the detector is unknown or broken.
    """
    folder, colon, name = str(source).rpartition(":")
    if colon and not Path(source).exists() and Path(folder).is_dir():
        return collate([_recorded(Path(folder), name, skeleton, size)])
    if Path(source).is_file():
        return collate([_filmed(Path(source), skeleton, size, detector, on_frame)])
    raise DataError(f"{source}: there is no such video or picture; a clip of a clip folder is FOLDER:0, FOLDER:1, ...")


def _recorded(folder: Path, name: str, skeleton: Skeleton, size: int) -> Window:
    """A clip of a clip folder."""
    manifest = read_manifest(folder)
    if manifest.skeleton != skeleton:
        raise DataError(f"{folder}: its clips are of {manifest.skeleton.name}, but {skeleton.name} is needed")
    clips = {
        clip.file.removeprefix("clips/").removesuffix(".safetensors"): (video.source, clip)
        for video in manifest.videos
        for clip in video.clips
    }
    names = list(clips)
    if name.isdecimal() and int(name) < len(names):
        name = names[int(name)]
    if name not in clips:
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}? It" if near else "it"
        raise DataError(f"{folder}: has no clip '{name}'; {hint} has {len(names)}, from number 0 on")
    clip = RecordedClip(folder, *clips[name], skeleton, mirrored=False)
    return clip.window(clip.recorded_times_T, size)


def _filmed(
    path: Path, skeleton: Skeleton, size: int, detector_name: str | None, on_frame: Callable[[], None]
) -> Window:
    """The first take of a video, or a picture."""
    if detector_name is None:
        beside = SidecarDetector.file_of(path)
        if not beside.is_file():
            raise ConfigError(
                f"{path}: what should find the figure in it? name a detector such as mediapipe, "
                f"or write its keypoints to {beside.name} beside it"
            )
        detector_name = "sidecar"
    detector = _detector(detector_name, skeleton)
    if detector.skeleton != skeleton:
        raise DataError(
            f"{path}: the detector {detector_name} finds {detector.skeleton.name}, but {skeleton.name} is needed"
        )
    recording = Recording(path, path.name)
    settings = VideoSettings(
        detector=detector_name,
        distribution="",
        size=size,
        gate=GateConfig(min_seconds=0.0) if recording.is_image else GateConfig(),
        crop=CropConfig(follow=True),
        smooth=build_config(SmoothConfig, preset="noisy" if detector.noisy else None, where="smooth"),
    )
    takes = takes_of(recording, detector, settings, on_frame)
    first = next(takes.cut, None)
    if first is None:
        raise DataError(_nobody(path, detector_name, takes))
    for told in filter(None, (takes.survey.problem, takes.survey.note)):
        warnings.warn(told, stacklevel=2)
    keypoints_TK2, confidence_TK = (
        torch.from_numpy(part).float() for part in (first.keypoints_TK2, first.confidence_TK)
    )
    return Window(
        torch.from_numpy(first.times_T), keypoints_TK2, confidence_TK, from_picture(np.stack(list(first.frames)))
    )


def _detector(name: str, skeleton: Skeleton) -> Detector:
    """The detector of that name; one that finds whatever keypoints are asked for is asked for the skeleton's."""
    component: type[Detector] = registry.load("detector", name)
    asked = {"skeleton": skeleton} if "skeleton" in component.Config.model_fields else {}
    return component(component.Config(**asked))


def _nobody(path: Path, detector: str, takes: Takes) -> str:
    """Why there is no take: the file's own trouble, or that of most of its frames."""
    frames = len(takes.survey.times_T)
    if frames == 0:
        return takes.survey.problem
    reason, count = max(takes.dropped.items(), key=lambda item: item[1])
    if reason == "no figure" and count == frames:
        return f"{path}: the detector {detector} finds no figure in it"
    if frames == 1:
        return f"{path}: the figure in it can't be trusted, because of: {reason}"
    return f"{path}: no figure in it can be trusted; of {frames} frames {count} have: {reason}"
