"""Videos to clips: two passes over each video, in memory that hardly grows with its length."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from motionkit.interfaces import Detector
from motionkit.io.manifest import Manifest, VideoRecord
from motionkit.preparation.clip_folder import Job
from motionkit.preparation.crop import Crop, cut, extents, in_halves, squares
from motionkit.preparation.gate import Piece, Reason, gate_ranges
from motionkit.preparation.joints import longest_gap, without_guesses
from motionkit.preparation.layouts import EVERYTHING, LayoutConfig
from motionkit.preparation.recording import Recording
from motionkit.preparation.settings import VideoSettings
from motionkit.preparation.smoothing import accelerations, smooth
from motionkit.preparation.survey import Survey
from motionkit.preparation.task import Task


def video_job(source: Path, detector: Detector, settings: VideoSettings, choice: LayoutConfig = EVERYTHING) -> Job:
    """One video, or every video in a folder and the folders within, for :func:`fill` to make clips of.

    Args:
        source: a video, or a folder that is laid out as the settings say.
        detector: finds the keypoints, in whole frames.
        settings: how the videos become clips.
        choice: which of the videos are taken; by default those that the layout takes.

    Raises:
        DataError: there is no video, or the folder is laid out in another way.
        ConfigError: no video has a label that was asked for.
    """
    return Job(
        source,
        settings.layout.recordings(source, choice),
        Manifest(skeleton=detector.skeleton, settings=settings.recorded(detector)),
        make=partial(_one_video, detector, settings),
        expected=Recording.expected_frames,
    )


class Take(NamedTuple):
    """A stretch of gapless motion, cut out: uint8 frames, the keypoints across them, how sure they are, and seconds.

    The frames are read when they are asked for, once, and before those of the next take.
    """

    frames: Iterator[np.ndarray]
    keypoints_TK2: np.ndarray
    confidence_TK: np.ndarray
    times_T: np.ndarray


class Takes(NamedTuple):
    """What of one recording can be used.

    Attributes:
        survey: the first pass over it; has no frames where nothing of it could be read.
        pieces: the stretches that can be trusted.
        dropped: how many of the other frames are left out for which reason.
        acceleration: the keypoints' before they were smoothed and after; None where they were not.
        cut: the pieces in turn, each read in the second pass when it is asked for.
    """

    survey: Survey
    pieces: list[Piece]
    dropped: Mapping[Reason, int]
    acceleration: tuple[float, float] | None
    cut: Iterator[Take]


def takes_of(
    recording: Recording, detector: Detector, settings: VideoSettings, on_frame: Callable[[], None] = lambda: None
) -> Takes:
    """The takes of one recording; ``on_frame`` is called after each frame of the first pass.

    Raises:
        ContractError: the detector gave more poses, or fewer, than there were frames.
    """
    survey, skeleton = Survey(recording, detector, on_frame), detector.skeleton
    if len(survey.times_T) == 0:
        return Takes(survey, [], {}, None, iter(()))
    times_T, extents_T2 = survey.times_T, extents(survey.shapes_T2)
    keypoints_TK2 = in_halves(survey.keypoints_TK2, survey.shapes_T2)
    gates, surety_TK = settings.gate, survey.confidence_TK
    gap = longest_gap(times_T, gates.max_gap_seconds)
    keypoints_TK2 = without_guesses(
        times_T, keypoints_TK2, surety_TK, gates.guess_confidence, gates.joint_confidence, gap
    )
    # A joint that cannot be seen in the clip is not there, however sure the detector was.
    shown_T2 = extents_T2 if settings.crop.follow else np.ones_like(extents_T2)
    confidence_TK = np.where((np.abs(keypoints_TK2) <= shown_T2[:, None]).all(-1), surety_TK, 0)
    ranges = recording.ranges or [(0, len(times_T))]
    found, dropped = gate_ranges(ranges, times_T, keypoints_TK2, confidence_TK, skeleton, gates)
    pieces = [
        piece._replace(keypoints_TK2=smooth(times_T[piece.indices_T], piece.keypoints_TK2, settings.smooth))
        for piece in found
    ]
    crops = []
    for piece in pieces:
        at, sure_TK = piece.indices_T, piece.confidence_TK >= settings.gate.joint_confidence
        crops.append(squares(times_T[at], piece.keypoints_TK2, sure_TK, extents_T2[at], settings.crop))
    films = _films(recording, pieces, crops, settings.size)
    effect = None
    if settings.smooth.method != "none" and pieces:
        effect = (_acceleration(times_T, found, crops), _acceleration(times_T, pieces, crops))
    return Takes(survey, pieces, dropped, effect, _cut_out(times_T, pieces, crops, films))


def _one_video(detector: Detector, settings: VideoSettings, task: Task, on_frame: Callable[[], None]) -> VideoRecord:
    takes = takes_of(task.recording, detector, settings, on_frame)
    frames, problem = len(takes.survey.times_T), takes.survey.problem
    if frames == 0:
        return task.failed(problem)
    clips = [task.write(f"{number:03d}", detector.skeleton, *take) for number, take in enumerate(takes.cut)]
    remark = "; ".join(filter(None, (task.recording.peculiarity(), takes.survey.note)))
    return task.done(frames, takes.pieces, takes.dropped, clips, takes.acceleration, problem, remark)


def _cut_out(
    times_T: np.ndarray, pieces: list[Piece], crops: list[Crop], films: Iterator[Iterator[np.ndarray]]
) -> Iterator[Take]:
    """Each piece as its squares show it; what lies beyond them is not seen there."""
    for piece, crop, frames in zip(pieces, crops, films, strict=True):
        shown_TK2 = crop.keypoints(piece.keypoints_TK2)
        sure_TK = np.where((np.abs(shown_TK2) <= 1 + 1e-9).all(-1), piece.confidence_TK, 0)
        yield Take(frames, shown_TK2, sure_TK, times_T[piece.indices_T])


def _acceleration(times_T: np.ndarray, pieces: list[Piece], crops: list[Crop]) -> float:
    """The mean over all clips, in the clips' units a second squared; 0 where all are shorter than three frames."""
    lengths = [
        accelerations(times_T[piece.indices_T], crop.keypoints(piece.keypoints_TK2)).ravel()
        for piece, crop in zip(pieces, crops, strict=True)
    ]
    everything = np.concatenate(lengths)
    return float(everything.mean()) if len(everything) else 0.0


def _films(recording: Recording, pieces: list[Piece], crops: list[Crop], size: int) -> Iterator[Iterator[np.ndarray]]:
    """The second pass over the video: the squares of each piece in turn, uint8 (size, size, 3) each."""
    frames, passed = recording.frames(), 0
    for piece, crop in zip(pieces, crops, strict=True):
        first, last = int(piece.indices_T[0]) - passed, int(piece.indices_T[-1]) - passed
        shown = itertools.islice(frames, first, last + 1)
        yield (
            cut(frame.image_HWC, centre_2, crop.side, size)
            for frame, centre_2 in zip(shown, crop.centre_T2, strict=True)
        )
        passed += last + 1
