"""Opening a video file, and choosing the film among the pictures in it."""

from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from motionkit.interfaces import DataError

STILLS = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
"""Streams of pictures that are no film: a cover, previews."""


def url(path: Path) -> str:
    """The path as FFmpeg never takes for an address: it would look for a protocol ``take`` in ``take:1.mp4``."""
    return f"file:{path}"


def open_video(path: Path) -> tuple[InputContainer, VideoStream]:
    """An open file, and the film that FFmpeg would play; close the former.

    Raises:
        DataError: the file is missing, empty, not a video, or has no film in it.
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
    return film
