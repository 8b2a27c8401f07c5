"""A generated clip on its way into files: a video, arrays, or keypoints beside a video."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from motionkit.cli import clips
from motionkit.cli.outputs import KEYPOINTS, write_track
from motionkit.interfaces import Clips, Skeleton
from motionkit.io.keypoint_formats.track import Track
from motionkit.io.output import OutputFolder
from motionkit.pictures.skeletons import as_seen

FORMATS = ("mp4", "gif", "png", "npz", *KEYPOINTS)


class Generated(NamedTuple):
    """What is kept of a clip that was written: the frames that a contact sheet shows, and keypoints if it has any."""

    shown: clips.Shown
    keypoints_TK2: Tensor | None


def write_generated(
    out: OutputFolder,
    name: str,
    format_: str,
    pieces: Iterable[Clips],
    skeleton: Skeleton | None,
    times_T: Tensor,
    fps: float,
    with_overlay: bool,
) -> Generated:
    """Write one clip while its pieces come.

    Args:
        out: the folder.
        name: of the file, without its ending.
        format_: one of :data:`FORMATS`; those of keypoints only where there is a skeleton.
        pieces: of the clip, in their order.
        skeleton: of its keypoints; None if it has none.
        times_T: when its frames lie, in seconds of the motion.
        fps: frames a second as it plays.
        with_overlay: whether the keypoints are drawn over the frames.
    """
    keypoints: list[Tensor] = []
    shown = clips.Shown(len(times_T))
    seen = (as_seen(piece, skeleton, with_overlay) for piece in _noting(pieces, keypoints))
    frames = (frame_HWC for piece_BTHWC in shown.passing(seen) for frame_HWC in piece_BTHWC[0])
    if format_ == "npz":
        arrays: dict[str, Any] = {"video": np.stack(list(frames)), "times": times_T.numpy()}
        if keypoints:
            arrays["keypoints"] = torch.cat(keypoints).numpy()
        with out.file(f"{name}.npz") as temporary:
            np.savez_compressed(temporary, **arrays)
    else:
        clips.write_clip(out, name, format_, frames, fps)
    keypoints_TK2 = torch.cat(keypoints) if keypoints else None
    if format_ in KEYPOINTS and skeleton is not None and keypoints_TK2 is not None:
        height, width = shown.video_BTHWC.shape[2:4]
        played_T, sure_TK = np.arange(len(times_T)) / fps, np.ones(keypoints_TK2.shape[:2])
        track = Track.of(name, skeleton, played_T, keypoints_TK2.numpy(), sure_TK, (width, height))
        write_track(out, track, format_)
    return Generated(shown, keypoints_TK2)


def _noting(pieces: Iterable[Clips], keypoints: list[Tensor]) -> Iterator[Clips]:
    """The pieces of one clip, whose keypoints, if it has any, are added to the list as they pass."""
    for piece in pieces:
        if piece.keypoints is not None:
            keypoints.append(piece.keypoints[0].cpu())
        yield piece
