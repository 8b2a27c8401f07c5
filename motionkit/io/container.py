"""Opening a video file, and choosing the film among the pictures in it."""

from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from motionkit.interfaces import DataError

_ENDINGS = """
    .3g2 .3gp .asf .avi .divx .dv .f4v .flv .gif .m1v .m2t .m2ts .m2v .m4v .mjpeg .mjpg .mkv .mov .mp4 .mpe .mpeg .mpg
    .mts .mxf .ogm .ogv .qt .rm .rmvb .ts .vob .webm .wmv .y4m
"""

VIDEO_ENDINGS = frozenset(_ENDINGS.split())
"""What counts as a video in a folder; a single file may be called anything."""

STILLS = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
"""Streams of pictures that are no film: a cover, previews."""

MOST_PIXELS = 8192 * 8192
"""Of a frame, twice what the largest films have; a header that promises more would fill the memory at once."""


def url(path: Path) -> str:
    """The path as FFmpeg never takes for an address: it would look for a protocol ``take`` in ``take:1.mp4``."""
    return f"file:{path}"


def open_video(path: Path) -> tuple[InputContainer, VideoStream]:
    """An open file, and the film that FFmpeg would play; close the former.

    Raises:
        DataError: the file is missing, empty, not a video, or has no film in it, or one of absurdly large frames.
    """
    if not path.is_file():
        raise DataError(f"{path}: there is no such video file")
    if path.stat().st_size == 0:
        raise DataError(f"{path}: is empty (0 bytes)")
    try:
        container = av.open(url(path))
    except av.FFmpegError as error:
        raise DataError(f"{path}: is not a video that can be read ({error.strerror})") from error
    try:
        return container, _film(container, path)
    except DataError:
        container.close()
        raise


def _film(container: InputContainer, path: Path) -> VideoStream:
    films = [stream for stream in container.streams.video if not stream.disposition & STILLS]
    if not films:
        kinds = sorted({"a cover" if stream.type == "video" else stream.type for stream in container.streams})
        raise DataError(f"{path}: has no pictures in it, only {', '.join(kinds) or 'a header'}")
    best = container.streams.best("video")
    film = best if isinstance(best, VideoStream) and best in films else films[0]
    if film.codec_context is None:
        raise DataError(f"{path}: is damaged, or its codec is unknown here")
    if film.codec_context.width * film.codec_context.height > MOST_PIXELS:
        raise DataError(f"{path}: says its frames have {film.codec_context.width} x {film.codec_context.height} pixels")
    return film
