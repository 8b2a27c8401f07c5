"""Videos to a clip folder: one pass over each video, in memory that does not grow with its length."""

import itertools
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from motionkit.interfaces import ContractError, DataError, Detector
from motionkit.io.clips import ClipInfo, write_clip
from motionkit.io.manifest import ClipRecord, Manifest, Settings, VideoRecord
from motionkit.preparation.clip_folder import Progress, fill
from motionkit.preparation.gate import GateConfig, Piece, gate_ranges
from motionkit.preparation.layouts import LAYOUTS, LayoutConfig
from motionkit.preparation.recording import Recording
from motionkit.preparation.spool import Spool


def prepare(
    source: Path,
    out: Path,
    detector: Detector,
    settings: Settings,
    progress: Progress = lambda *_: None,
    layout: LayoutConfig | None = None,
) -> Manifest:
    """Make a clip folder of one video, or of every video in a folder and the folders within.

    See :func:`fill` for how the work goes on where it was stopped.

    Args:
        source: a video, or a folder that is laid out as the settings' ``layout`` says.
        out: the clip folder; made if it is missing.
        detector: finds the keypoints. It sees whole frames; clips hold the square in their middle.
        settings: written into the folder; its ``layout``, ``size`` and ``gate`` are used here.
        progress: told after each frame.
        layout: which of the videos are taken; by default those that the layout takes.

    Returns:
        What the folder holds now.

    Raises:
        DataError: there is no video, the folder is laid out in another way, or nothing in any video could be used.
        ConfigError: the folder was made with other settings, or no video has a label that was asked for.
        OSError: the folder cannot be written.
    """
    recordings = LAYOUTS[settings.layout].recordings(source, layout or LayoutConfig())
    fresh = Manifest(skeleton=detector.skeleton, settings=settings)
    make = partial(_one_video, out, detector, settings)
    return fill(source, out, recordings, fresh, make, Recording.expected_frames, progress)


def _one_video(
    out: Path,
    detector: Detector,
    settings: Settings,
    record: VideoRecord,
    recording: Recording,
    on_frame: Callable[[], None],
) -> VideoRecord:
    gate_config = GateConfig.model_validate(settings.gate)
    joints = detector.skeleton.size
    with tempfile.TemporaryFile(dir=out) as file:
        spool = Spool(file, settings.size)
        frames = spool.passing(recording.frames(), on_frame)
        first = next(frames, None)
        if first is None:  # the video's own trouble comes before the detector's
            return record.model_copy(update={"problem": spool.problem})
        points: list[np.ndarray] = []
        surety: list[np.ndarray] = []
        try:
            for pose in detector.detect(itertools.chain([first], frames), recording.path):
                points.append(np.full((joints, 2), np.nan) if pose is None else pose.keypoints_K2)
                surety.append(np.zeros(joints) if pose is None else pose.confidence_K)
        except DataError as error:  # such as a detector's own file beside the video that is missing
            return record.model_copy(update={"problem": str(error)})
        if len(points) != len(spool.times):
            raise ContractError(
                f"detector {settings.detector}: gave {len(points)} poses for {len(spool.times)} frames of "
                f"{recording.path}"
            )
        times_T = np.array(spool.times)
        keypoints_TK2 = spool.keypoints_in_square(np.array(points).reshape(-1, joints, 2))
        confidence_TK = np.array(surety).reshape(-1, joints)
        # A joint outside the square cannot be seen in the clip, however sure the detector was.
        confidence_TK = np.where((np.abs(keypoints_TK2) <= 1).all(-1), confidence_TK, 0)
        ranges = recording.ranges or [(0, len(times_T))]
        pieces, dropped = gate_ranges(ranges, times_T, keypoints_TK2, confidence_TK, detector.skeleton, gate_config)
        clips = tuple(
            _write(out, number, piece, times_T, spool, recording, detector) for number, piece in enumerate(pieces)
        )
        filled = sum(int(piece.filled_T.sum()) for piece in pieces)
        return record.model_copy(
            update={
                "frames": len(times_T),
                "kept": sum(len(piece.indices_T) for piece in pieces) - filled,
                "filled": filled,
                "dropped": {reason: count for reason, count in dropped.items() if count},
                "clips": clips,
                "problem": spool.problem,
            }
        )


def _write(
    out: Path, number: int, piece: Piece, times_T: np.ndarray, spool: Spool, recording: Recording, detector: Detector
) -> ClipRecord:
    path = out / "clips" / recording.name / f"{number:03d}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    times = times_T[piece.indices_T]
    info = ClipInfo(detector.skeleton.name, recording.label, recording.name, float(times[0]))
    frames_THWC = spool.read(int(piece.indices_T[0]), len(piece.indices_T))
    write_clip(path, info, frames_THWC, piece.keypoints_TK2, piece.confidence_TK, times)
    return ClipRecord(
        file=path.relative_to(out).as_posix(),
        label=recording.label,
        seconds=float(times[-1] - times[0]),
        frames=len(times),
    )
