"""Videos to a clip folder: two passes over each video, in memory that hardly grows with its length."""

import itertools
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np

from motionkit.interfaces import Detector
from motionkit.io.clips import ClipInfo, write_clip
from motionkit.io.manifest import ClipRecord, Manifest, Settings, VideoRecord
from motionkit.preparation.clip_folder import Progress, fill
from motionkit.preparation.crop import Crop, CropConfig, cut, extents, follow, in_halves, middle
from motionkit.preparation.gate import GateConfig, Piece, gate_ranges
from motionkit.preparation.layouts import LAYOUTS, LayoutConfig
from motionkit.preparation.recording import Recording
from motionkit.preparation.smoothing import SmoothConfig, accelerations, smooth
from motionkit.preparation.survey import Survey
from motionkit.preparation.workers import HERE, Workers


def prepare(
    source: Path,
    out: Path,
    detector: Detector,
    settings: Settings,
    progress: Progress = lambda *_: None,
    layout: LayoutConfig | None = None,
    workers: Workers = HERE,
) -> Manifest:
    """Make a clip folder of one video, or of every video in a folder and the folders within.

    See :func:`fill` for how the work goes on where it was stopped.

    Args:
        source: a video, or a folder that is laid out as the settings' ``layout`` says.
        out: the clip folder; made if it is missing.
        detector: finds the keypoints, in whole frames.
        settings: written into the folder; its ``layout``, ``size``, ``gate``, ``smooth`` and ``crop`` are used here.
        progress: told after each frame.
        layout: which of the videos are taken; by default those that the layout takes.
        workers: who does the work.

    Returns:
        What the folder holds now.

    Raises:
        DataError: there is no video, the folder is laid out in another way, or nothing in any video could be used.
        ConfigError: the folder was made with other settings, or no video has a label that was asked for.
        OSError: the folder cannot be written.
    """
    recordings = LAYOUTS[settings.layout].recordings(source, layout or LayoutConfig())
    fresh = Manifest(skeleton=detector.skeleton, settings=settings)
    make = partial(_one_video, out.absolute(), detector, settings)
    return fill(source, out, recordings, fresh, make, Recording.expected_frames, progress, workers)


def _one_video(
    out: Path,
    detector: Detector,
    settings: Settings,
    record: VideoRecord,
    recording: Recording,
    on_frame: Callable[[], None],
) -> VideoRecord:
    gate_config, crop_config = GateConfig.model_validate(settings.gate), CropConfig.model_validate(settings.crop)
    smooth_config = SmoothConfig.model_validate(settings.smooth)
    survey = Survey(recording, detector, on_frame)
    if len(survey.times_T) == 0:
        return record.model_copy(update={"problem": survey.problem})
    extents_T2 = extents(survey.shapes_T2)
    keypoints_TK2 = in_halves(survey.keypoints_TK2, survey.shapes_T2)
    # A joint that cannot be seen in the clip is not there, however sure the detector was.
    shown_T2 = extents_T2 if crop_config.follow else np.ones_like(extents_T2)
    confidence_TK = np.where((np.abs(keypoints_TK2) <= shown_T2[:, None]).all(-1), survey.confidence_TK, 0)
    ranges = recording.ranges or [(0, len(survey.times_T))]
    found, dropped = gate_ranges(ranges, survey.times_T, keypoints_TK2, confidence_TK, detector.skeleton, gate_config)
    pieces = [
        piece._replace(keypoints_TK2=smooth(survey.times_T[piece.indices_T], piece.keypoints_TK2, smooth_config))
        for piece in found
    ]

    def square(piece: Piece) -> Crop:
        if not crop_config.follow:
            return middle(len(piece.indices_T))
        at, sure_TK = piece.indices_T, piece.confidence_TK >= gate_config.joint_confidence
        return follow(survey.times_T[at], piece.keypoints_TK2, sure_TK, extents_T2[at], crop_config)

    crops = [square(piece) for piece in pieces]
    films = _films(recording, pieces, crops, settings.size)
    clips = tuple(
        _write(out, number, piece, crop, frames_THWC, survey.times_T[piece.indices_T], recording, detector)
        for number, (piece, crop, frames_THWC) in enumerate(zip(pieces, crops, films, strict=True))
    )
    effect = None
    if smooth_config.method != "none" and pieces:
        effect = (_acceleration(survey.times_T, found, crops), _acceleration(survey.times_T, pieces, crops))
    filled = sum(int(piece.filled_T.sum()) for piece in pieces)
    return record.model_copy(
        update={
            "frames": len(survey.times_T),
            "kept": sum(len(piece.indices_T) for piece in pieces) - filled,
            "filled": filled,
            "dropped": {reason: count for reason, count in dropped.items() if count},
            "clips": clips,
            "acceleration": effect,
            "problem": survey.problem,
        }
    )


def _acceleration(times_T: np.ndarray, pieces: list[Piece], crops: list[Crop]) -> float:
    """The mean over all clips, in the clips' units a second squared; 0 where all are shorter than three frames."""
    lengths = [
        accelerations(times_T[piece.indices_T], crop.keypoints(piece.keypoints_TK2)).ravel()
        for piece, crop in zip(pieces, crops, strict=True)
    ]
    everything = np.concatenate(lengths)
    return float(everything.mean()) if len(everything) else 0.0


def _films(recording: Recording, pieces: list[Piece], crops: list[Crop], size: int) -> Iterator[np.ndarray]:
    """The second pass over the video: the squares of each piece in turn, uint8 (T, size, size, 3)."""
    frames, passed = recording.frames(), 0
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
    recording: Recording,
    detector: Detector,
) -> ClipRecord:
    path = out / "clips" / recording.name / f"{number:03d}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    info = ClipInfo(detector.skeleton.name, recording.label, recording.name, float(times_T[0]))
    keypoints_TK2 = crop.keypoints(piece.keypoints_TK2)
    confidence_TK = np.where((np.abs(keypoints_TK2) <= 1 + 1e-9).all(-1), piece.confidence_TK, 0)
    write_clip(path, info, frames_THWC, keypoints_TK2, confidence_TK, times_T)
    seconds = float(times_T[-1] - times_T[0])
    file = path.relative_to(out).as_posix()
    return ClipRecord(file=file, label=recording.label, seconds=seconds, frames=len(times_T))
