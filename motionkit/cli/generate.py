"""``motionkit generate``."""

from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np
import torch
from rich.console import Console
from rich.progress import track
from torch import Tensor

from motionkit.assembly import TwoStageGenerator, load
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
@click.option("--seconds", type=float, default=2.0, show_default=True, help="Length of each clip as it plays.")
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
    seconds: float,
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
    times_T = SpeedCurve.parse(speed).warp(frame_times(seconds, fps), seconds)
    generator = load(run, "cuda" if torch.cuda.is_available() else "cpu")
    out = out or run / "generated"
    out.mkdir(parents=True, exist_ok=True)

    shown_T = torch.linspace(0, len(times_T) - 1, min(SHOWN_FRAMES, len(times_T))).round().long().tolist()
    sheet, poses = [], []
    for clip in track(range(number), "making clips", console=Console(stderr=True), transient=True):
        # One clip at a time, so that their number and their length never bound memory.
        keypoints_TK2 = generator.move(generator.motion_noise(1, seed, first=clip), times_T)[0]
        kept: dict[int, np.ndarray] = {}
        noise_D = None if generator.renderer is None else generator.appearance_noise(1, seed, first=clip)[0]

        def frames() -> Iterator[np.ndarray]:
            for index, frame_HWC in enumerate(_frames(generator, noise_D, keypoints_TK2, with_overlay)):  # noqa: B023
                if index in shown_T:
                    kept[index] = frame_HWC  # noqa: B023
                yield frame_HWC

        path = out / f"clip-{clip:03d}"
        if format_ == "png":
            path.mkdir(exist_ok=True)
            for index, frame_HWC in enumerate(frames()):
                save_png(path / f"frame-{index:05d}.png", frame_HWC)
        elif format_ == "npz":
            with replacing(path.with_suffix(".npz")) as temporary:
                np.savez_compressed(
                    temporary, video=np.stack(list(frames())), keypoints=keypoints_TK2.cpu(), times=times_T
                )
        else:
            write_video(path.with_suffix(f".{format_}"), frames(), fps)
        if clip < SHOWN_CLIPS:
            sheet.append(np.stack([kept[index] for index in shown_T]))
            poses.append(keypoints_TK2.cpu())
    save_png(out / "contact-sheet.png", contact_sheet(np.stack(sheet)))
    save_png(out / "keypoints.png", trajectories(torch.stack(poses), times_T, generator.motion.skeleton))
    nfe = f", {generator.motion.nfe} evaluations of the motion's field" if generator.motion.nfe is not None else ""
    click.echo(f"{number} clips of {len(times_T)} frames{nfe}")
    click.echo(f"clips:         {out}/clip-*.{format_}".replace(".png", "/"))
    click.echo(f"contact sheet: {out / 'contact-sheet.png'}\nkeypoints:     {out / 'keypoints.png'}")


def _frames(
    generator: TwoStageGenerator, noise_D: Tensor | None, keypoints_TK2: Tensor, with_overlay: bool
) -> Iterator[np.ndarray]:
    """One clip's frames as people see them, uint8 (H, W, 3), in constant memory."""
    skeleton = generator.motion.skeleton
    if noise_D is None:
        yield from overlay(None, keypoints_TK2.cpu(), skeleton)
        return
    first = 0
    for piece_BTCHW in generator.render(noise_D[None], keypoints_TK2[None]):
        video_TCHW = piece_BTCHW[0].cpu()
        keypoints = keypoints_TK2[first : first + len(video_TCHW)].cpu()
        first += len(video_TCHW)
        if with_overlay:
            yield from overlay(video_TCHW, keypoints, skeleton)
        else:
            yield from to_picture(video_TCHW)
