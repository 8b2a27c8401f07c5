"""Video files, in and out, through PyAV."""

import io
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from motionkit.interfaces import ConfigError, DataError, Frame
from motionkit.io.atomic import replacing
from motionkit.io.container import open_video, url
from motionkit.io.shown import colours, mirrored, shown, whole

TICKS_PER_SECOND = 90_000
"""The clock of the mp4 files that we write; MPEG's own, which every usual frame rate divides nearly or exactly."""

X264 = {"crf": "14", "preset": "medium", "threads": "1", "mbtree": "0"}
"""Visually lossless; one thread, because x264's bytes depend on the number of threads; and no macroblock tree, whose
assembly reads beyond a row of macroblocks, where their number is no multiple of 8, into whatever memory held there."""

SHORTEST_GIF_DELAY = 0.02
"""Seconds; viewers slow down a gif whose frames follow faster."""

PALETTE_FRAMES = 8
"""How many frames, evenly spaced, a gif's colours are chosen from."""

LONGEST_GIF_DELAY = 655.35
"""Seconds; a gif counts a frame's hundredths of a second in 16 bits."""


def read_video(path: str | Path) -> Iterator[Frame]:
    """The frames of a video as they would be shown, one at a time, in constant memory.

    Yields:
        Frames with their presentation times in seconds since the first one, strictly ascending, turned upright as the
        file's rotation asks, of square pixels, and without the combs of interlacing. A time that is missing or does not
        advance is set one frame's duration after the last.

    Raises:
        DataError: the file is missing, empty, not a video, or has no picture in it; or, after the frames that are
            good, it is damaged or breaks off.
    """
    path = Path(path)
    container, stream = open_video(path)
    with closing(container):
        stream.thread_type = "AUTO"
        interval = float(1 / stream.average_rate) if stream.average_rate else 0.04
        first, last, duration, count = 0.0, -interval, interval, 0
        try:
            for decoded in whole(_decode(container, stream), stream):
                if count == 0:
                    first = decoded.time or 0.0
                time = last + duration if decoded.time is None else decoded.time - first
                last = time if time > last else last + duration
                duration = float(decoded.duration * (decoded.time_base or 0)) or interval
                count += 1
                yield shown(decoded, last, stream)
        except av.FFmpegError as error:
            raise DataError(f"{path}: damaged after {_extent(last, count)} ({error.strerror})") from error
        if count == 0:
            raise DataError(f"{path}: has no frame that can be read")
        expected = _seconds(container, stream)
        if expected - (last + max(duration, interval)) > max(3 * interval, 0.02 * expected):
            raise DataError(f"{path}: breaks off after {_extent(last, count)} of {expected:.2f} s")


def expected_frames(path: str | Path) -> int:
    """How many frames the file's header promises; 0 where it promises nothing or cannot be read."""
    try:
        container, stream = open_video(Path(path))
        with closing(container):
            return stream.frames or round(_seconds(container, stream) * float(stream.average_rate or 0))
    except DataError:
        return 0


def peculiarity(path: str | Path) -> str:
    """What people should know of how the file is read, in a sentence; "" where there is nothing."""
    try:
        container, stream = open_video(Path(path))
    except DataError:
        return ""
    with closing(container):
        said = [colours(stream)]
        with suppress(av.FFmpegError):
            first = next(_decode(container, stream), None)
            said += ["is mirrored, as its header asks"] if first is not None and mirrored(first) else []
    return "; ".join(filter(None, said))


def write_video(
    path: str | Path, frames: Iterable[np.ndarray], fps: float, times: Sequence[float] | None = None
) -> None:
    """Write a video that plays everywhere: H.264 in ``.mp4``, or an endless ``.gif``.

    The same frames give the same bytes. The file appears whole or not at all.

    Args:
        path: its ending chooses the format.
        frames: uint8 RGB of shape (H, W, 3), one after the other. H.264 wants even sizes: an odd edge is repeated.
        fps: frames per second.
        times: when each frame is shown, in ascending seconds, where that is not every 1 / ``fps``. A gif leaves out
            frames that follow faster than its viewers can show (50 a second), so that it still plays in real time.

    Raises:
        ConfigError: another ending, or a rate that the format can't have.
        OSError: the folder is missing, read-only or full.
    """
    path = Path(path)
    writers = {".mp4": _write_mp4, ".gif": _write_gif}
    if path.suffix.lower() not in writers:
        raise ConfigError(
            f"{path}: a video is written as {' or '.join(writers)}, not {path.suffix or 'without ending'}"
        )
    moments = (index / fps for index in itertools.count()) if times is None else iter(times)
    with replacing(path) as temporary:
        writers[path.suffix.lower()](temporary, frames, moments, fps)


def stream_video(frames: Iterable[np.ndarray], fps: float) -> Iterator[bytes]:
    """A video that can be watched while it is made: H.264 in an mp4 of fragments, each a second, or a longer frame.

    It is given and not written here, because libav lets no exception out of a file that it writes to, Ctrl-C the least.

    Args:
        frames: uint8 RGB of shape (H, W, 3), one after the other, without end perhaps. An odd edge is repeated.
        fps: frames per second.

    Yields:
        The bytes of the file, piece by piece, as soon as they are known.

    Raises:
        ConfigError: a rate that an mp4 can't have.
    """
    _check_mp4_rate(fps)
    options = {"movflags": "+frag_keyframe+empty_moov+default_base_moof", "fflags": "+bitexact"}
    live = {"tune": "zerolatency", "g": str(math.ceil(fps))}  # a fragment begins with a frame that needs no other
    moments = (index / fps for index in itertools.count())
    written = io.BytesIO()
    with av.open(written, "w", format="mp4", options=options) as container:
        for _ in _muxed(container, frames, moments, fps, X264 | live):
            if written.tell():
                yield written.getvalue()
                written.seek(0)
                written.truncate()
    yield written.getvalue()


def _write_mp4(path: Path, frames: Iterable[np.ndarray], moments: Iterator[float], fps: float) -> None:
    _check_mp4_rate(fps)
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with av.open(url(path), "w", format="mp4", options=options) as container:
        if not sum(1 for _ in _muxed(container, frames, moments, fps, X264)):
            raise ValueError("write_video was given no frames")


def _check_mp4_rate(fps: float) -> None:
    if not 0.001 <= fps <= TICKS_PER_SECOND:
        raise ConfigError(f"an mp4 can have 0.001 to {TICKS_PER_SECOND} frames a second, not {fps:g}")


def _muxed(
    container: OutputContainer,
    frames: Iterable[np.ndarray],
    moments: Iterator[float],
    fps: float,
    options: dict[str, str],
) -> Iterator[None]:
    """Encodes frames into a container, and stops after each; the encoder is emptied after the last."""
    stream = None
    for image_HWC, moment in zip(frames, moments, strict=False):
        image_HWC = np.pad(image_HWC, [(0, n % 2) for n in image_HWC.shape[:2]] + [(0, 0)], mode="edge")
        stream = stream or _h264_stream(container, image_HWC, fps, options)
        frame = VideoFrame.from_ndarray(image_HWC, format="rgb24")
        frame.pts = round(moment * TICKS_PER_SECOND)
        frame.time_base = stream.codec_context.time_base
        container.mux(stream.encode(frame))
        yield
    if stream is not None:
        container.mux(stream.encode(None))


def _h264_stream(container: OutputContainer, image_HWC: np.ndarray, fps: float, options: dict[str, str]) -> VideoStream:
    stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001), options=options)
    stream.height, stream.width = image_HWC.shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = Fraction(1, TICKS_PER_SECOND)
    return stream


def _write_gif(path: Path, frames: Iterable[np.ndarray], moments: Iterator[float], fps: float) -> None:
    images: list[Image.Image] = []
    shown: list[float] = []
    last = max(1 / fps, SHORTEST_GIF_DELAY)
    _check_gif_delay(last)  # before anybody makes a frame
    for image_HWC, moment in zip(frames, moments, strict=False):
        _check_gif_delay(moment - shown[-1] if shown else 0)
        if not shown or moment - shown[-1] > SHORTEST_GIF_DELAY - 1e-6:
            images.append(Image.fromarray(image_HWC))
            shown.append(moment)
    if not images:
        raise ValueError("write_video was given no frames")
    # A gif counts hundredths of a second: round the moments, not the delays, so that the errors do not add up.
    centiseconds = np.round(np.array([*shown, shown[-1] + last]) * 100)
    durations = [int(delay) * 10 for delay in np.diff(centiseconds)]
    first, *others = _in_one_palette(images)
    first.save(path, format="GIF", save_all=True, append_images=others, duration=durations, loop=0)


def _in_one_palette(images: Sequence[Image.Image]) -> list[Image.Image]:
    """The frames of a gif in the same 256 colours, so that what stands still does not flicker.

    The colours are chosen to lie near all that there are. Pillow's own choice divides the pixels evenly: the shades of
    a wall take nearly all of it, and a yellow shirt before them turns grey.
    """
    looked_at = images[:: math.ceil(len(images) / PALETTE_FRAMES)]
    together = Image.fromarray(np.concatenate([np.asarray(image) for image in looked_at]))
    palette = together.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=1)
    return [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]


def _check_gif_delay(seconds: float) -> None:
    if seconds > LONGEST_GIF_DELAY:
        raise ConfigError(f"a gif shows a frame for at most {LONGEST_GIF_DELAY} s, not {seconds:g} s")


def _decode(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Like ``container.decode``, but damage does not take with it the good frames that the decoder still holds."""
    try:
        for packet in container.demux(stream):
            yield from packet.decode()
    except av.FFmpegError:
        with suppress(av.FFmpegError):
            yield from stream.codec_context.decode(None)
        raise


def _seconds(container: InputContainer, stream: VideoStream) -> float:
    """The length that the header promises; 0 where it promises none for the pictures alone."""
    if container.format.name == "avi" and stream.frames and stream.average_rate:
        return float(stream.frames / stream.average_rate)  # its duration is shortened to what a broken file still holds
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if len(container.streams) > 1 or not container.duration:
        return 0.0
    # Some containers count from the clock's zero, others from their first frame; the shorter length is a safe promise.
    return (container.duration - max(container.start_time or 0, 0)) / av.time_base


def _extent(last: float, count: int) -> str:
    return f"{count} frames ({max(last, 0.0):.2f} s)"
