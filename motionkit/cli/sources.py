"""What the commands share that let real people in: their options, and noise that is read from clips and pictures."""

import functools
from collections.abc import Mapping
from typing import NamedTuple

import click
from torch import Tensor

from motionkit.interfaces import Clips, ConfigError, DataError, VideoGenerator

FORM = "A picture, a video, or FOLDER:CLIP of a clip folder"
SEEN_FRAMES = 16
"""Frames that an appearance is read from: of a longer clip as many, evenly spaced, because they are read at once."""
CLOCK = 0.001
"""Seconds, the coarsest clock of usual files: added to a clip's length, so that its rounding loses no frame."""
SMALL = 64
"""Height and width of what is read for a generator that draws nothing."""

motion_from_option = click.option("--motion-from", metavar="SOURCE", help=f"{FORM}: move as in it does.")
appearance_from_option = click.option("--appearance-from", metavar="SOURCE", help=f"{FORM}: look as in it does.")
detector_option = click.option(
    "--detector",
    metavar="NAME",
    help="What finds the figure in a picture or a video; the default is a file of keypoints beside it.",
)


class Coded(NamedTuple):
    """What was read from real clips.

    Attributes:
        noise: by part, (1, D).
        seconds: how long the clip lasts whose motion was read; None where none was.
    """

    noise: dict[str, Tensor]
    seconds: float | None


def coded(generator: VideoGenerator, sources: Mapping[str, str | None], detector: str | None) -> Coded:
    """Read parts of the noise from real clips.

    Args:
        generator: whose noise it is.
        sources: by part, ``motion`` or ``appearance``, where it is read from; None leaves the part out.
        detector: what finds the figure; None for a file beside the picture or the video.

    Raises:
        ConfigError: the generator was trained without an encoder of the part.
        DataError: the source cannot be read, or shows no motion.
    """
    wanted = {part: source for part, source in sources.items() if source is not None}
    if not wanted:
        return Coded({}, None)
    untold, skeleton = [part for part in wanted if part not in generator.encodes], generator.skeleton
    if untold or skeleton is None:
        parts = " and ".join(untold or wanted)
        raise ConfigError(
            f"this run was trained without an encoder of {parts}, so it can't read the {parts} of real people; "
            "the variational objectives train one"
        )
    # Imported here, because it is slow to import, and clips from noise wait for none of it.
    from motionkit.preparation.source import clips_from

    # One source may show both parts.
    read = functools.cache(
        functools.partial(clips_from, skeleton=skeleton, size=generator.image_size or SMALL, detector=detector)
    )
    noise, seconds = {}, None
    for part, source in wanted.items():
        clips = read(source)
        if part == "motion":
            seconds = _length(source, clips)
            clips = Clips(clips.times, clips.keypoints)
        else:
            clips = clips.frames(slice(None, None, -(-clips.times.shape[-1] // SEEN_FRAMES)))
        noise[part] = generator.encode(clips.to(generator.device))[part]
    return Coded(noise, seconds)


def _length(source: str, clips: Clips) -> float:
    """How long a clip lasts, its last frame as long as the others on average."""
    frames = clips.times.shape[-1]
    if frames < 2:
        raise DataError(f"{source}: has one frame, and a motion takes two; take a video, or read its appearance alone")
    return float(clips.times_BT[0, -1]) * frames / (frames - 1) + CLOCK
