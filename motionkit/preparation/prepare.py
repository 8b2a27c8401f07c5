"""Videos to a clip folder: two passes over each video, in memory that hardly grows with its length."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from motionkit.interfaces import ConfigError, DataError, Detector
from motionkit.io.clips import ClipInfo, write_clip
from motionkit.io.manifest import NAME, ClipRecord, Manifest, Settings, VideoRecord, read_manifest, write_manifest
from motionkit.io.video import expected_frames, read_video
from motionkit.preparation.crop import Crop, CropConfig, cut, extents, follow, in_halves, middle
from motionkit.preparation.gate import GateConfig, Piece, gate
from motionkit.preparation.sources import find_videos, label_of, sha256
from motionkit.preparation.survey import Survey

Progress = Callable[[str, int, int], None]
"""Told after each frame: the video's name, the frames done so far, and those expected in all."""


def prepare(
    source: Path, out: Path, detector: Detector, settings: Settings, progress: Progress = lambda *_: None
) -> Manifest:
    """Make a clip folder of one video, or of every video in a folder and the folders within.

    Each video's clips are written before ``dataset.json`` names them, and it is renewed after each video: whatever
    stops the work, what was finished stays, and the same command goes on from there. A video that is in the folder
    already, with the same name and contents, is not done again unless its file was damaged; one that was renamed is
    there under its new name alone, so that no scene is there twice.

    Args:
        source: a video, or a folder.
        out: the clip folder; made if it is missing.
        detector: finds the keypoints, in whole frames.
        settings: written into the folder; its ``size``, ``gate`` and ``crop`` are used here.
        progress: told after each frame.

    Returns:
        What the folder holds now.

    Raises:
        DataError: there is no video, or nothing in any of them could be used; what became of each is in
            ``dataset.json`` all the same.
        ConfigError: the folder was made with other settings.
        OSError: the folder cannot be written.
    """
    root, videos = find_videos(source)
    out.mkdir(parents=True, exist_ok=True)
    manifest = _opened(out, Manifest(skeleton=detector.skeleton, settings=settings))
    digests = {path: sha256(path) for path in videos}
    done = {(video.source, video.sha256) for video in manifest.videos if not video.problem}
    todo = [path for path in videos if (_name(path, root), digests[path]) not in done]
    names = {_name(path, root) for path in videos}

    def renamed(video: VideoRecord, digest: str) -> bool:
        return video.sha256 == digest and video.source not in names

    counter = _Counter(progress, sum(expected_frames(path) for path in todo))
    for path in todo:
        name = _name(path, root)
        track = _Track(path, name, label_of(path, root, videos), digests[path])
        record = _one_video(track, out, detector, settings, counter)
        others = [video for video in manifest.videos if video.source != name and not renamed(video, digests[path])]
        manifest = manifest.model_copy(update={"videos": tuple(sorted([*others, record], key=lambda v: v.source))})
        write_manifest(out, manifest)
    if not any(video.clips for video in manifest.videos):
        raise DataError(_nothing_usable(source, manifest))
    return manifest


class _Track(NamedTuple):
    """One video on its way."""

    path: Path
    name: str
    label: str
    sha256: str


class _Counter:
    """Counts frames over all videos, for the progress bar."""

    def __init__(self, progress: Progress, expected: int) -> None:
        self.progress, self.expected, self.done = progress, expected, 0

    def frame(self, name: str) -> None:
        self.done += 1
        self.progress(name, self.done, max(self.expected, self.done))


def _one_video(track: _Track, out: Path, detector: Detector, settings: Settings, counter: _Counter) -> VideoRecord:
    gate_config, crop_config = GateConfig.model_validate(settings.gate), CropConfig.model_validate(settings.crop)
    survey = Survey(track.path, detector, lambda: counter.frame(track.name))
    if len(survey.times_T) == 0:
        return VideoRecord(source=track.name, sha256=track.sha256, problem=survey.problem)
    extents_T2 = extents(survey.shapes_T2)
    keypoints_TK2 = in_halves(survey.keypoints_TK2, survey.shapes_T2)
    # A joint that cannot be seen in the clip is not there, however sure the detector was.
    shown_T2 = extents_T2 if crop_config.follow else np.ones_like(extents_T2)
    confidence_TK = np.where((np.abs(keypoints_TK2) <= shown_T2[:, None]).all(-1), survey.confidence_TK, 0)
    pieces, dropped = gate(survey.times_T, keypoints_TK2, confidence_TK, detector.skeleton, gate_config)

    def square(piece: Piece) -> Crop:
        if not crop_config.follow:
            return middle(len(piece.indices_T))
        at, sure_TK = piece.indices_T, piece.confidence_TK >= gate_config.joint_confidence
        return follow(survey.times_T[at], piece.keypoints_TK2, sure_TK, extents_T2[at], crop_config)

    crops = [square(piece) for piece in pieces]
    films = _films(track.path, pieces, crops, settings.size)
    clips = tuple(
        _write(out, number, piece, crop, frames_THWC, survey.times_T[piece.indices_T], track, detector)
        for number, (piece, crop, frames_THWC) in enumerate(zip(pieces, crops, films, strict=True))
    )
    filled = sum(int(piece.filled_T.sum()) for piece in pieces)
    return VideoRecord(
        source=track.name,
        sha256=track.sha256,
        frames=len(survey.times_T),
        kept=sum(len(piece.indices_T) for piece in pieces) - filled,
        filled=filled,
        dropped={reason: count for reason, count in dropped.items() if count},
        clips=clips,
        problem=survey.problem,
    )


def _films(path: Path, pieces: list[Piece], crops: list[Crop], size: int) -> Iterator[np.ndarray]:
    """The second pass over the video: the squares of each piece in turn, uint8 (T, size, size, 3)."""
    frames, passed = read_video(path), 0
    for piece, crop in zip(pieces, crops, strict=True):
        first, last = int(piece.indices_T[0]) - passed, int(piece.indices_T[-1]) - passed
        shown = itertools.islice(frames, first, last + 1)
        yield np.stack(
            [
                cut(frame.image_HWC, centre_2, crop.side, size)
                for frame, centre_2 in zip(shown, crop.centre_T2, strict=True)
            ]
        )
        passed += last + 1


def _write(
    out: Path,
    number: int,
    piece: Piece,
    crop: Crop,
    frames_THWC: np.ndarray,
    times_T: np.ndarray,
    track: _Track,
    detector: Detector,
) -> ClipRecord:
    path = out / "clips" / track.name / f"{number:03d}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    info = ClipInfo(detector.skeleton.name, track.label, track.name, float(times_T[0]))
    keypoints_TK2 = crop.keypoints(piece.keypoints_TK2)
    confidence_TK = np.where((np.abs(keypoints_TK2) <= 1 + 1e-9).all(-1), piece.confidence_TK, 0)
    write_clip(path, info, frames_THWC, keypoints_TK2, confidence_TK, times_T)
    seconds = float(times_T[-1] - times_T[0])
    file = path.relative_to(out).as_posix()
    return ClipRecord(file=file, label=track.label, seconds=seconds, frames=len(times_T))


def _opened(out: Path, fresh: Manifest) -> Manifest:
    """What the folder holds already, or the fresh manifest; refuses to mix clips that were made differently."""
    if not (out / NAME).exists():
        return fresh
    manifest = read_manifest(out)
    if manifest.skeleton != fresh.skeleton:
        raise ConfigError(
            f"{out}: holds clips of {manifest.skeleton.name}, not {fresh.skeleton.name}; choose another folder"
        )
    before, now = manifest.settings.model_dump(), fresh.settings.model_dump()
    differing = [f"{key} was {before[key]}, now {now[key]}" for key in now if before[key] != now[key]]
    if differing:
        raise ConfigError(f"{out}: was made with other settings ({'; '.join(differing)}); choose another folder")
    return manifest


def _nothing_usable(source: Path, manifest: Manifest) -> str:
    if len(manifest.videos) == 1 and manifest.videos[0].problem:
        return manifest.videos[0].problem
    causes = [f"{video.source}: {video.problem or _most(video.dropped)}" for video in manifest.videos[:3]]
    more = f"; and {len(manifest.videos) - 3} more" if len(manifest.videos) > 3 else ""
    return f"{source}: nothing in {len(manifest.videos)} videos could be used ({'; '.join(causes)}{more})"


def _most(dropped: dict[str, int]) -> str:
    return max(dropped, key=lambda reason: dropped[reason], default="no frames")


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
