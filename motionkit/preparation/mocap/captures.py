"""Motion capture to clips: bodies in space, seen by cameras at random sides and drawn with random clothes."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from motionkit.interfaces import COCO17, DataError
from motionkit.interfaces.seeding import seeded
from motionkit.io.bvh import read_bvh
from motionkit.io.deepmimic import read_deepmimic
from motionkit.io.manifest import Manifest, VideoRecord
from motionkit.numerics.nearest import distinct_nearest
from motionkit.preparation.clip_folder import Job
from motionkit.preparation.gate import Piece, gate
from motionkit.preparation.layouts import EVERYTHING, MOCAP, LayoutConfig
from motionkit.preparation.mocap.humanoid import BODY, coco17_joints, confidence
from motionkit.preparation.mocap.settings import MocapSettings
from motionkit.preparation.mocap.shot import Shot
from motionkit.preparation.task import Task


def capture_job(source: Path, settings: MocapSettings, choice: LayoutConfig = EVERYTHING) -> Job:
    """One file of motion capture, or every one in a folder and the folders within, for :func:`fill` to make clips of.

    The joints are gated in space, before any camera sees them: a pose that was captured with the body at rest before
    the motion began is a jump, and is dropped.

    Args:
        source: a BVH or DeepMimic file, or a folder.
        settings: how the captures become clips.
        choice: which of the files are taken; by default all.

    Raises:
        DataError: there is no motion capture.
        ConfigError: no file has a label that was asked for.
    """
    return Job(
        source,
        MOCAP.recordings(source, choice),
        Manifest(skeleton=COCO17, settings=settings.recorded()),
        make=partial(_one_capture, settings),
        expected=lambda _: 0,
    )


def _one_capture(settings: MocapSettings, task: Task, on_frame: Callable[[], None]) -> VideoRecord:
    path, camera = task.recording.path, settings.camera
    try:
        capture = read_bvh(path) if path.suffix.lower() == ".bvh" else read_deepmimic(path)
        joints_TK3, recognised = coco17_joints(capture, path)
    except DataError as error:
        return task.failed(str(error))
    times_T = capture.times_T
    joints_TK3[..., 1] -= joints_TK3[:, 15:, 1].min() - BODY.ankle  # the lowest ankle says where the ground is
    pieces, dropped = gate(times_T, joints_TK3, confidence(len(times_T)), COCO17, settings.gate)
    clips = []
    for number, piece in enumerate(pieces):
        seen = _thinned(piece, times_T, camera.fps)
        for view in range(camera.views):
            shot = Shot(seen, camera, settings.size, seeded(camera.seed, task.recording.name, number, view))
            frames_THWC, seconds_T = shot.frames(on_frame), times_T[seen.indices_T]
            clips.append(
                task.write(
                    f"{number:03d}-{view:03d}", COCO17, frames_THWC, shot.keypoints_TK2, shot.confidence_TK, seconds_T
                )
            )
    return task.done(len(times_T), pieces, dropped, clips, note=recognised)


def _thinned(piece: Piece, times_T: np.ndarray, fps: float) -> Piece:
    """The piece with ``fps`` of its frames a second, or all of them where there are fewer."""
    recorded_T = times_T[piece.indices_T]
    asked_T = np.arange(recorded_T[0], recorded_T[-1] + 1e-9, 1 / fps)
    chosen_T = distinct_nearest(recorded_T, asked_T)
    return Piece(*(array[chosen_T] for array in piece))
