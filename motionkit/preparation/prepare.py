"""Videos to a clip folder: one pass over each video, in memory that does not grow with its length."""

import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from motionkit.interfaces import ConfigError, ContractError, DataError, Detector
from motionkit.io.clips import ClipInfo, write_clip
from motionkit.io.manifest import NAME, ClipRecord, Manifest, Settings, VideoRecord, read_manifest, write_manifest
from motionkit.io.video import expected_frames, read_video
from motionkit.preparation.gate import GateConfig, Piece, gate
from motionkit.preparation.sources import find_videos, label_of, sha256
from motionkit.preparation.spool import Spool

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
        detector: finds the keypoints. It sees whole frames; clips hold the square in their middle.
        settings: written into the folder; its ``size`` and ``gate`` are used here.
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
    gate_config = GateConfig.model_validate(settings.gate)
    joints = detector.skeleton.size
    with tempfile.TemporaryFile(dir=out) as file:
        spool = Spool(file, settings.size)
        frames = spool.passing(read_video(track.path), lambda: counter.frame(track.name))
        first = next(frames, None)
        if first is None:  # the video's own trouble comes before the detector's
            return VideoRecord(source=track.name, sha256=track.sha256, problem=spool.problem)
        points: list[np.ndarray] = []
        surety: list[np.ndarray] = []
        try:
            for pose in detector.detect(itertools.chain([first], frames), track.path):
                points.append(np.full((joints, 2), np.nan) if pose is None else pose.keypoints_K2)
                surety.append(np.zeros(joints) if pose is None else pose.confidence_K)
        except DataError as error:  # such as a detector's own file beside the video that is missing
            return VideoRecord(source=track.name, sha256=track.sha256, problem=str(error))
        if len(points) != len(spool.times):
            raise ContractError(
                f"detector {settings.detector}: gave {len(points)} poses for {len(spool.times)} frames of {track.path}"
            )
        times_T = np.array(spool.times)
        keypoints_TK2 = spool.keypoints_in_square(np.array(points).reshape(-1, joints, 2))
        confidence_TK = np.array(surety).reshape(-1, joints)
        # A joint outside the square cannot be seen in the clip, however sure the detector was.
        confidence_TK = np.where((np.abs(keypoints_TK2) <= 1).all(-1), confidence_TK, 0)
        pieces, dropped = gate(times_T, keypoints_TK2, confidence_TK, detector.skeleton, gate_config)
        clips = tuple(
            _write(out, number, piece, times_T, spool, track, detector) for number, piece in enumerate(pieces)
        )
        filled = sum(int(piece.filled_T.sum()) for piece in pieces)
        return VideoRecord(
            source=track.name,
            sha256=track.sha256,
            frames=len(times_T),
            kept=sum(len(piece.indices_T) for piece in pieces) - filled,
            filled=filled,
            dropped={reason: count for reason, count in dropped.items() if count},
            clips=clips,
            problem=spool.problem,
        )


def _write(
    out: Path, number: int, piece: Piece, times_T: np.ndarray, spool: Spool, track: _Track, detector: Detector
) -> ClipRecord:
    path = out / "clips" / track.name / f"{number:03d}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    times = times_T[piece.indices_T]
    info = ClipInfo(detector.skeleton.name, track.label, track.name, float(times[0]))
    frames_THWC = spool.read(int(piece.indices_T[0]), len(piece.indices_T))
    write_clip(path, info, frames_THWC, piece.keypoints_TK2, piece.confidence_TK, times)
    return ClipRecord(
        file=path.relative_to(out).as_posix(), label=track.label, seconds=float(times[-1] - times[0]), frames=len(times)
    )


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
