"""Takes as files: what ``generate`` writes, made piece by piece while others draw."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from motionkit.interfaces import Clips, ConfigError, Skeleton
from motionkit.io.keypoint_formats.track import Track
from motionkit.io.keypoint_formats.writing import WRITERS
from motionkit.io.video import write_video
from motionkit.pictures.picture import Picture
from motionkit.pictures.skeletons import as_seen
from motionkit.studio.rendering import Plan, png
from motionkit.studio.takes import FORMATS, Take

STICK_SIZE = 256
"""Width and height of the frames in whose pixels keypoints are given where there are no frames."""

KINDS = (*FORMATS, *(f"keypoints-{name}" for name in WRITERS))
"""What a take can be written as."""


def file_name(kind: str) -> str:
    """What a file of that kind is called.

    Raises:
        ConfigError: there is no such kind.
    """
    if kind not in KINDS:
        raise ConfigError(f"a take can be {', '.join(KINDS)}, not {kind[:40]!r}")
    if kind in FORMATS:
        return "clip-000.zip" if kind == "png" else f"clip-000.{kind}"
    return "clip-000" + WRITERS[kind.removeprefix("keypoints-")].ending


def keypoints_file(path: Path, kind: str, plan: Plan) -> None:
    """Write the keypoints of a take.

    Raises:
        ConfigError: its generator knows none.
        OSError: the disk is full.
    """
    generator = plan.loaded.generator
    if generator.skeleton is None or plan.keypoints_BTK2 is None:
        raise ConfigError("this generator makes video without keypoints, so there are none to write")
    keypoints_TK2 = plan.keypoints_BTK2[0].cpu().numpy()
    size = generator.image_size or STICK_SIZE
    sure_TK = np.ones(keypoints_TK2.shape[:2])
    track = Track.of("clip-000", generator.skeleton, plan.shown_T.numpy(), keypoints_TK2, sure_TK, (size, size))
    WRITERS[kind.removeprefix("keypoints-")].write(path, track)


def video_file(path: Path, kind: str, take: Take, plan: Plan, pieces: Iterator[Clips]) -> None:
    """Write the frames of a take, which are asked for one piece after the other.

    The bytes of a file are those that ``generate`` writes; ``png`` is its folder of frames, in an archive.

    Raises:
        ConfigError: the format can't have such frames.
        OSError: the disk is full.
    """
    skeleton, kept = plan.loaded.generator.skeleton, list[Clips]()
    frames = _frames(pieces, skeleton, kept)
    if kind == "npz":
        arrays: dict[str, np.ndarray] = {"video": np.stack(list(frames)), "times": plan.shown_T.numpy()}
        if kept[0].keypoints is not None:
            arrays["keypoints"] = torch.cat([piece.keypoints_BTK2[0].cpu() for piece in kept]).numpy()
        with path.open("wb") as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # the names are of arrays
    elif kind == "png":
        with zipfile.ZipFile(path, "w") as archive:  # a fixed date, so that the same take is the same bytes
            for index, frame_HWC in enumerate(frames):
                archive.writestr(zipfile.ZipInfo(f"clip-000/frame-{index:05d}.png"), png(frame_HWC))
    else:
        write_video(path, frames, take.fps)


def _frames(pieces: Iterator[Clips], skeleton: Skeleton | None, kept: list[Clips]) -> Iterator[Picture]:
    for piece in pieces:
        kept.append(Clips(piece.times, piece.keypoints))
        yield from as_seen(piece, skeleton)[0]
