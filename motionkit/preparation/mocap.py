"""Motion capture to a clip folder: bodies in space, seen by cameras at random sides and drawn with random clothes."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch

from motionkit.drawing.person.figure import Figure
from motionkit.numerics.nearest import distinct_nearest
from motionkit.drawing.person.look import Look
from motionkit.interfaces import COCO17, DataError
from motionkit.interfaces.seeding import seeded
from motionkit.io.bvh import read_bvh
from motionkit.io.clips import ClipInfo, write_clip
from motionkit.io.deepmimic import read_deepmimic
from motionkit.io.manifest import ClipRecord, Manifest, Settings, VideoRecord
from motionkit.preparation.camera import Camera, CameraConfig
from motionkit.preparation.clip_folder import Progress, fill
from motionkit.preparation.gate import GateConfig, Piece, gate
from motionkit.preparation.humanoid import BODY, coco17_joints, confidence, front
from motionkit.preparation.layouts import MOCAP, LayoutConfig
from motionkit.preparation.recording import Recording
from motionkit.preparation.workers import HERE, Workers


def prepare_mocap(
    source: Path,
    out: Path,
    settings: Settings,
    progress: Progress = lambda *_: None,
    layout: LayoutConfig | None = None,
    workers: Workers = HERE,
) -> Manifest:
    """Make a clip folder of one file of motion capture, or of every one in a folder and the folders within.

    The joints are gated in space, before any camera sees them: a pose that was captured with the body at rest before
    the motion began is a jump, and is dropped. See :func:`fill` for how the work goes on where it was stopped.

    Args:
        source: a BVH or DeepMimic file, or a folder.
        out: the clip folder; made if it is missing.
        settings: written into the folder; its ``size``, ``gate`` and ``detector_config``, which is that of the camera,
            are used here.
        progress: told after each frame that is drawn.
        layout: which of the files are taken; by default all.
        workers: who does the work.

    Returns:
        What the folder holds now.

    Raises:
        DataError: there is no motion capture, or nothing of it could be used.
        ConfigError: the folder was made with other settings, or no file has a label that was asked for.
        OSError: the folder cannot be written.
    """
    recordings = MOCAP.recordings(source, layout or LayoutConfig())
    fresh = Manifest(skeleton=COCO17, settings=settings)
    make = partial(_one_capture, out.absolute(), settings)
    return fill(source, out, recordings, fresh, make, lambda _: 0, progress, workers)


def _one_capture(
    out: Path, settings: Settings, record: VideoRecord, recording: Recording, on_frame: Callable[[], None]
) -> VideoRecord:
    camera = CameraConfig.model_validate(settings.detector_config)
    try:
        capture = (
            read_bvh(recording.path) if recording.path.suffix.lower() == ".bvh" else read_deepmimic(recording.path)
        )
        joints_TK3 = coco17_joints(capture, recording.path)
    except DataError as error:
        return record.model_copy(update={"problem": str(error)})
    times_T = capture.times_T
    joints_TK3[..., 1] -= joints_TK3[:, 15:, 1].min() - BODY.ankle  # the lowest ankle says where the ground is
    confidence_TK = confidence(len(times_T))
    gate_config = GateConfig.model_validate(settings.gate)
    pieces, dropped = gate(times_T, joints_TK3, confidence_TK, COCO17, gate_config)
    clips = []
    for number, piece in enumerate(pieces):
        shown = _thinned(piece, times_T, camera.fps)
        times = times_T[shown.indices_T]
        for view in range(camera.views):
            path = out / "clips" / recording.name / f"{number:03d}-{view:03d}.safetensors"
            path.parent.mkdir(parents=True, exist_ok=True)
            shot = _Shot(shown, camera, settings.size, seeded(camera.seed, recording.name, number, view))
            info = ClipInfo(COCO17.name, recording.label, recording.name, float(times[0]))
            write_clip(path, info, shot.frames(on_frame), shot.keypoints_TK2, shot.confidence_TK, times)
            file = path.relative_to(out).as_posix()
            seconds = float(times[-1] - times[0])
            clips.append(ClipRecord(file=file, label=recording.label, seconds=seconds, frames=len(times)))
    filled = sum(int(piece.filled_T.sum()) for piece in pieces)
    return record.model_copy(
        update={
            "frames": len(times_T),
            "kept": sum(len(piece.indices_T) for piece in pieces) - filled,
            "filled": filled,
            "dropped": {reason: count for reason, count in dropped.items() if count},
            "clips": tuple(clips),
        }
    )


def _thinned(piece: Piece, times_T: np.ndarray, fps: float) -> Piece:
    """The piece with ``fps`` of its frames a second, or all of them where there are fewer."""
    recorded_T = times_T[piece.indices_T]
    asked_T = np.arange(recorded_T[0], recorded_T[-1] + 1e-9, 1 / fps)
    chosen_T = distinct_nearest(recorded_T, asked_T)
    return Piece(*(array[chosen_T] for array in piece))


class _Shot:
    """One piece of motion, seen from one side, by a camera that keeps pace with the body over the ground."""

    def __init__(self, piece: Piece, config: CameraConfig, size: int, generator: torch.Generator) -> None:
        def uniform(low: float, high: float) -> float:
            return low + (high - low) * float(torch.rand((), generator=generator, dtype=torch.float64))

        joints_TK3 = piece.keypoints_TK2
        front_T3 = front(joints_TK3)
        ahead = front_T3.mean(axis=0)
        heading = np.arctan2(ahead[0], ahead[2])
        azimuth, elevation = np.deg2rad(uniform(*config.azimuth)), np.deg2rad(uniform(*config.elevation))
        camera = Camera(heading + azimuth, elevation)
        # It looks at the middle of a standing body, over whatever ground the hips are.
        middle_T3 = joints_TK3[:, 11:13].mean(axis=1) * np.array([1.0, 0.0, 1.0]) + np.array([0.0, 0.5, 0.0])
        self.keypoints_TK2 = config.stature * camera.project(joints_TK3 - middle_T3[:, None])
        # A joint outside the picture cannot be seen.
        self.confidence_TK = piece.confidence_TK * (np.abs(self.keypoints_TK2) <= 1).all(-1)
        self._facing_T = front_T3 @ camera.right_3
        self._look, self._stature, self._size = Look.random(uniform), config.stature, size

    def frames(self, on_frame: Callable[[], None]) -> np.ndarray:
        """A clothed figure in each pose, uint8 (T, size, size, 3); it turns its feet and its face as the body turns."""
        pictures = []
        for keypoints_K2, facing in zip(self.keypoints_TK2, self._facing_T, strict=True):
            picture_CHW = Figure(self._look, self._stature, float(facing)).draw(keypoints_K2[None], self._size)[0]
            pictures.append(np.round((picture_CHW + 1) * 127.5).clip(0, 255).astype(np.uint8).transpose(1, 2, 0))
            on_frame()
        return np.stack(pictures)
