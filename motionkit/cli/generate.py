"""``motionkit generate``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from torch import Tensor

from motionkit.assembly import load
from motionkit.interfaces import ConfigError, Sample, Skeleton
from motionkit.io.atomic import replacing
from motionkit.io.pictures import contact_sheet, overlay, save_png, to_picture, trajectories
from motionkit.io.video import write_video
from motionkit.numerics.timeline import SpeedCurve, frame_times

FORMATS = ("mp4", "gif", "png", "npz")
SHOWN_CLIPS, SHOWN_FRAMES = 8, 8
"""What the two pictures show: of many clips the first."""


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("-n", "--number", type=click.IntRange(min=1), default=8, show_default=True, help="Clips to make.")
@click.option("--seconds", type=float, help="Length of each clip as it plays; by default 2, or all that can be made.")
@click.option("--fps", type=float, default=30.0, show_default=True, help="Frames a second; any rate will do.")
@click.option("--speed", default="1", show_default=True, metavar="CURVE",
              help="Playback speed, or points such as 0:1,0.5:0.25,1:1 (fraction of the clip : speed).")  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Which clips to make.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="mp4", show_default=True,
              help="png is a folder of frames for each clip; npz holds frames, keypoints and times.")  # fmt: skip
@click.option("--overlay", "with_overlay", is_flag=True, help="Draw the keypoints over the frames, enlarged.")
@click.option("--out", type=click.Path(path_type=Path), help="Output folder; the default is RUN/generated.")
def generate(
    run: Path,
    number: int,
    seconds: float | None,
    fps: float,
    speed: str,
    seed: int,
    format_: str,
    with_overlay: bool,
    out: Path | None,
) -> None:
    """Make videos with a trained run, a contact sheet of them, and a picture of their keypoints over time.

    A run that trained no renderer gives stick figures.
    """
    generator = load(run, "cuda" if torch.cuda.is_available() else "cpu")
    seconds = min(2.0, generator.max_seconds or 2.0) if seconds is None else seconds
    times_T = SpeedCurve.parse(speed).warp(frame_times(seconds, fps), seconds)
    if with_overlay and generator.skeleton is None:
        raise ConfigError(f"--overlay draws keypoints, but the generator of {run} knows none")
    out = out or run / "generated"
    out.mkdir(parents=True, exist_ok=True)

    shown_T = torch.linspace(0, len(times_T) - 1, min(SHOWN_FRAMES, len(times_T))).round().long().tolist()
    sheet, poses = [], []
    for clip in track(range(number), "making clips", console=Console(stderr=True), transient=True):
        # One clip at a time, and that in pieces, so that neither their number nor their length bounds memory.
        pieces = generator.pieces(generator.noise(1, seed, first=clip), times_T.to(generator.device))
        kept: dict[int, np.ndarray] = {}
        keypoints: list[Tensor] = []

        def frames() -> Iterator[np.ndarray]:
            index = 0
            for piece in pieces:  # noqa: B023
                if piece.keypoints_BTK2 is not None:
                    keypoints.append(piece.keypoints_BTK2[0].cpu())  # noqa: B023
                for frame_HWC in _pictures(piece, generator.skeleton, with_overlay):
                    if index in shown_T:
                        kept[index] = frame_HWC  # noqa: B023
                    index += 1
                    yield frame_HWC

        path = out / f"clip-{clip:03d}"
        if format_ == "png":
            path.mkdir(exist_ok=True)
            for index, frame_HWC in enumerate(frames()):
                save_png(path / f"frame-{index:05d}.png", frame_HWC)
        elif format_ == "npz":
            arrays: dict[str, Any] = {"video": np.stack(list(frames())), "times": times_T.numpy()}
            if keypoints:
                arrays["keypoints"] = torch.cat(keypoints).numpy()
            with replacing(path.with_suffix(".npz")) as temporary:
                np.savez_compressed(temporary, **arrays)
        else:
            write_video(path.with_suffix(f".{format_}"), frames(), fps)
        if clip < SHOWN_CLIPS:
            sheet.append(np.stack([kept[index] for index in shown_T]))
            poses += [torch.cat(keypoints)] if keypoints else []
    nfe = generator.nfe
    spent = f", {nfe} evaluations of the motion's field" if nfe is not None else ""
    click.echo(f"{number} clips of {len(times_T)} frames{spent}")
    click.echo(f"clips:         {out}/clip-*.{format_}".replace(".png", "/"))
    save_png(out / "contact-sheet.png", contact_sheet(np.stack(sheet)))
    click.echo(f"contact sheet: {out / 'contact-sheet.png'}")
    if generator.skeleton is not None and poses:
        save_png(out / "keypoints.png", trajectories(torch.stack(poses), times_T, generator.skeleton))
        click.echo(f"keypoints:     {out / 'keypoints.png'}")


def _pictures(piece: Sample, skeleton: Skeleton | None, with_overlay: bool) -> np.ndarray:
    """One clip's piece as people see it, uint8 (T, H, W, 3)."""
    video_TCHW = None if piece.video_BTCHW is None else piece.video_BTCHW[0].cpu()
    if piece.keypoints_BTK2 is not None and skeleton is not None and (with_overlay or video_TCHW is None):
        return overlay(video_TCHW, piece.keypoints_BTK2[0].cpu(), skeleton)
    assert video_TCHW is not None
    return to_picture(video_TCHW)
