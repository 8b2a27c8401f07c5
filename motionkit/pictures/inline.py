"""Clips that play where they are looked at: videos inside a notebook's page."""

import base64
import tempfile
from pathlib import Path

from motionkit.interfaces import Clips, Skeleton
from motionkit.io.video import write_video
from motionkit.pictures.skeletons import as_seen

WIDTH = 256
"""Pixels of a video on the page, and the least width that keypoints are drawn at."""


class Page:
    """What a notebook shows where this is the last value of a cell.

    Attributes:
        html: of what is shown.
    """

    def __init__(self, html: str) -> None:
        self.html = html

    def _repr_html_(self) -> str:
        return self.html


def show(clips: Clips, skeleton: Skeleton | None = None, overlay: bool = True, most: int = 8) -> Page:
    """Clips as videos that play in a notebook, each at its own times, again and again.

    Args:
        clips: with video, or keypoints, which are drawn as stick figures.
        skeleton: what the keypoints are, such as a generator's ``skeleton``; without it they are drawn as points.
        overlay: draw the keypoints over the video, where there are both.
        most: clips that are shown; a line says how many others there are.

    Returns:
        What a notebook displays; the videos are inside it, and nothing is left on the disk.

    Raises:
        ValueError: there is neither video nor keypoints.
    """
    if skeleton is None and clips.keypoints is not None:
        skeleton = _points(clips.keypoints.shape[-2])
    shown = min(len(clips), most)
    videos = [_video(clips[index : index + 1], skeleton, overlay) for index in range(shown)]
    others = len(clips) - shown
    return Page("\n".join([*videos, *([f"<p>and {others} more</p>"] if others else [])]))


def _video(clip: Clips, skeleton: Skeleton | None, overlay: bool) -> str:
    frames_THWC = as_seen(clip, skeleton, overlay, WIDTH)[0]
    times_T = clip.times_BT[0].detach().double().cpu()
    interval = float(times_T.diff().median()) if len(times_T) > 1 else 1.0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "clip.mp4"
        write_video(file, frames_THWC, 1 / interval, (times_T - times_T[0]).tolist())
        content = base64.b64encode(file.read_bytes()).decode()
    return (
        f'<video width="{WIDTH}" style="image-rendering: pixelated" autoplay loop muted playsinline controls '
        f'src="data:video/mp4;base64,{content}"></video>'
    )


def _points(number: int) -> Skeleton:
    """Keypoints of which nobody knows what they are."""
    return Skeleton("points", tuple(f"point {index}" for index in range(number)), (), tuple(range(number)))
