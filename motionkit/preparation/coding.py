"""Parts of a generator's noise, read from real clips."""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from torch import Tensor

from motionkit.interfaces import Clips, ConfigError, DataError, VideoGenerator

SEEN_FRAMES = 16
"""Frames that an appearance is read from: of a longer clip as many, evenly spaced, because they are read at once."""
CLOCK = 0.001
"""Seconds, the coarsest clock of usual files: added to a clip's length, so that its rounding loses no frame."""
SMALL = 64
"""Height and width of what is read for a generator that draws nothing."""


class Coded(NamedTuple):
    """What was read from real clips.

    Attributes:
        noise: by part, (1, D).
        seconds: how long the clip lasts whose motion was read; None where none was.
        clips: by part, what it was read from, a single clip each; one source of both is one object.
    """

    noise: dict[str, Tensor]
    seconds: float | None
    clips: dict[str, Clips]


def coded(
    generator: VideoGenerator,
    sources: Mapping[str, str | None],
    detector: str | None,
    on_frame: Callable[[], None] = lambda: None,
) -> Coded:
    """Read parts of the noise from real clips.

    Args:
        generator: whose noise it is.
        sources: by part, ``motion`` or ``appearance``, where it is read from; None leaves the part out.
        detector: what finds the figure; None for a file beside the picture or the video.
        on_frame: called after each frame that a figure was looked for in; what it raises stops the reading.

    Raises:
        ConfigError: the generator was trained without an encoder of the part.
        DataError: the source cannot be read, or shows no motion.
    """
    wanted = {part: source for part, source in sources.items() if source is not None}
    if not wanted:
        return Coded({}, None, {})
    _check_encoders(generator, wanted)
    # Imported here, because it is slow to import, and clips from noise wait for none of it.
    from motionkit.preparation.source import clips_from

    assert generator.skeleton is not None
    size = generator.image_size or SMALL
    # One source may show both parts.
    read = functools.cache(
        functools.partial(clips_from, skeleton=generator.skeleton, size=size, detector=detector, on_frame=on_frame)
    )
    return encoded(generator, {part: read(source) for part, source in wanted.items()}, wanted)


def encoded(generator: VideoGenerator, originals: Mapping[str, Clips], names: Mapping[str, str]) -> Coded:
    """Read parts of the noise from real clips that were read before.

    Args:
        generator: whose noise it is.
        originals: by part, a single clip each, as :func:`motionkit.preparation.source.clips_from` reads it for this
            generator's skeleton and size.
        names: by part, what a message calls the clip.

    Raises:
        ConfigError: the generator was trained without an encoder of the part.
        DataError: the clip shows no motion.
    """
    _check_encoders(generator, originals)
    noise, seconds = {}, None
    for part, clips in originals.items():
        if part == "motion":
            seconds = _length(names[part], clips)
            clips = Clips(clips.times, clips.keypoints)
        else:
            clips = clips.frames(slice(None, None, -(-clips.times.shape[-1] // SEEN_FRAMES)))
        noise[part] = generator.encode(clips.to(generator.device))[part]
    return Coded(noise, seconds, dict(originals))


def fitted(
    generator: VideoGenerator, real: Coded, on_step: Callable[[int, int], None] = lambda done, steps: None
) -> Coded:
    """The same, with a motion that was read brought nearer to the clip's, as :meth:`VideoGenerator.fit` does it.

    Args:
        generator: whose noise it is.
        real: what was read, a motion among it.
        on_step: called with the number of steps done and that of all; what it raises stops the fit.
    """
    clips = real.clips["motion"]
    clips = Clips(clips.times, clips.keypoints).to(generator.device)
    return real._replace(noise=generator.fit(real.noise, clips, on_step))


def _check_encoders(generator: VideoGenerator, parts: Iterable[str]) -> None:
    untold = [part for part in parts if part not in generator.encodes]
    if untold or generator.skeleton is None:
        words = " and ".join(untold or parts)
        raise ConfigError(
            f"this run was trained without an encoder of {words}, so it can't read the {words} of real people; "
            "the variational objectives train one"
        )


def _length(source: str, clips: Clips) -> float:
    """How long a clip lasts, its last frame as long as the others on average."""
    frames = clips.times.shape[-1]
    if frames < 2:
        raise DataError(f"{source}: has one frame, and a motion takes two; take a video, or read its appearance alone")
    return float(clips.times_BT[0, -1]) * frames / (frames - 1) + CLOCK
