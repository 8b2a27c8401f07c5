"""What the commands share that let real people in: options, and rows that show what was read."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import click
import torch
from rich.progress import Progress
from torch import Tensor

from motionkit.cli.clips import SHOWN_FRAMES
from motionkit.cli.console import console
from motionkit.interfaces import Clips, VideoGenerator
from motionkit.numerics.resampling import linear_at
from motionkit.pictures.picture import Picture
from motionkit.pictures.sheets import film_strips
from motionkit.pictures.skeletons import as_seen
from motionkit.preparation.coding import Coded, fitted

FORM = "A picture, a video, or FOLDER:CLIP of a clip folder"

motion_from_option = click.option("--motion-from", metavar="SOURCE", help=f"{FORM}: move as in it does.")
appearance_from_option = click.option("--appearance-from", metavar="SOURCE", help=f"{FORM}: look as in it does.")
detector_option = click.option(
    "--detector",
    metavar="NAME",
    help="What finds the figure in a picture or a video; the default is a file of keypoints beside it.",
)


class Row(NamedTuple):
    """A row of a contact sheet that shows a real clip: its frames, uint8 (T, H, W, 3), and the column of each."""

    frames_THWC: Picture
    columns: list[int]


def rows(real: Coded, generator: VideoGenerator, shown_T: Tensor, with_overlay: bool = False) -> dict[str, Row]:
    """What was read, to be seen above what was made of it.

    Args:
        real: what was read.
        generator: who read it; of one that draws nothing, stick figures are shown.
        shown_T: the moments of the sheet's columns, in seconds of the motion. Whose motion was read is shown at these,
            as long as the clip lasts; whose appearance alone was read, at moments of their own.
        with_overlay: draw keypoints over the frames.

    Returns:
        Rows by the words for them: ``real motion`` and ``real appearance``, or ``real`` where one clip shows both.
    """
    found: dict[str, Row] = {}
    for part, clips in real.clips.items():
        times_T = clips.times_BT[0]
        if part == "motion":
            columns = [column for column, time in enumerate(shown_T.tolist()) if time < (real.seconds or 0)]
            frames = (times_T - shown_T[columns, None]).abs().argmin(1)
        else:
            frames = torch.linspace(0, len(times_T) - 1, min(SHOWN_FRAMES, len(times_T))).round().long()
            columns = list(range(len(frames)))
        seen = clips if generator.image_size else Clips(clips.times, clips.keypoints)
        pictures_BTHWC = as_seen(seen.frames(frames), generator.skeleton, with_overlay)
        found[f"real {part}"] = Row(pictures_BTHWC[0], columns)
    if len(found) == 2 and real.clips["motion"] is real.clips["appearance"]:
        return {"real": found["real motion"]}
    return found


def sheet(video_BTHWC: Picture, labels: Sequence[str], above: Mapping[str, Row], below: Mapping[str, Row]) -> Picture:
    """A contact sheet of clips, each with a label, and of the real ones that they were made of, by theirs."""
    made = [Row(clip_THWC, list(range(len(clip_THWC)))) for clip_THWC in video_BTHWC]
    all_rows = [*above.values(), *made, *below.values()]
    return film_strips(
        [row.frames_THWC for row in all_rows], [row.columns for row in all_rows], [*above, *labels, *below]
    )


def closely(generator: VideoGenerator, real: Coded) -> Coded:
    """What was read, with its motion fitted to the clip, under a bar: of a long clip this takes a while."""
    if "motion" not in real.clips:
        return real
    with Progress(*Progress.get_default_columns(), console=console(stderr=True), transient=True) as progress:
        bar = progress.add_task("following the motion", total=None)
        return fitted(generator, real, lambda done, steps: progress.update(bar, completed=done, total=steps))


def poses(real: Coded, times_T: Tensor) -> Tensor:
    """The poses of the clip whose motion was read, (1, T, K, 2): between its frames on straight lines, NaN after it."""
    clips, seconds = real.clips["motion"], real.seconds
    flat_BTD = linear_at(clips.keypoints_BTK2.flatten(2), clips.times_BT.to(times_T), times_T[None])
    known_BTD = flat_BTD.where((times_T < (seconds or 0))[None, :, None], torch.nan)
    return known_BTD.unflatten(2, clips.keypoints_BTK2.shape[2:])
