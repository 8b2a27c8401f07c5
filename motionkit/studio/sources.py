"""Real people on the page: pictures and videos that were dropped there, and clips of clip folders."""

import functools
import itertools
import secrets
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

import motionkit
from motionkit.interfaces import Clips, ConfigError, DataError, MotionkitError, Skeleton, VideoGenerator
from motionkit.io.container import VIDEO_ENDINGS
from motionkit.io.image_folder import ENDINGS as PICTURE_ENDINGS
from motionkit.io.text import printable
from motionkit.pictures.picture import to_picture
from motionkit.studio.memory import Kept

LARGEST_UPLOAD = 256 << 20
"""Bytes of a picture or a video that may be dropped on the page."""
LARGEST_KEYPOINTS = 32 << 20
"""Bytes of a file of keypoints."""
MOST_PIXELS = 50_000_000
"""Of a picture, told by its header before it is unpacked: 150 MB."""
MOST_SOURCES = 6
"""Of one page; of more the oldest goes."""
READ = 64 << 20
"""Bytes of what was read of the sources of a page."""
SIDECAR = ".keypoints.json"
SMALL = 64
"""Height and width of what is read for a generator that draws nothing."""


class Stopped(Exception):
    """Nobody waits for what is being read."""


class Source(NamedTuple):
    """Where real clips are read from.

    Attributes:
        id: what the page calls it.
        name: what the command line calls it: the file's own name, or ``FOLDER:CLIP``.
        path: the file in the page's temporary folder, or ``FOLDER:CLIP``.
        kind: ``picture``, ``video`` or ``clip``.
    """

    id: str
    name: str
    path: str
    kind: str


class Sources:
    """The real people of one page, in a temporary folder that goes with it.

    Args:
        folder: the page's own.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sources: dict[str, Source] = {}
        self._read: Kept[Clips] = Kept(READ, lambda clips: sum(it.nbytes for it in (clips.video, clips.keypoints)
                                                               if it is not None))  # fmt: skip
        self._numbers = itertools.count()
        self.revision = 0
        """Changes when what is known of a source does."""

    def add_file(self, name: str, content: Callable[[Path], None]) -> Source:
        """Take in a dropped file, which ``content`` writes to the path that it is given.

        Raises:
            DataError: by its name it is neither picture nor video, or it is a picture with too many pixels.
        """
        shown = printable(name.replace("\\", "/").rpartition("/")[2])[:120] or "file"
        ending = Path(shown).suffix.lower()
        if ending not in PICTURE_ENDINGS | VIDEO_ENDINGS:
            raise DataError(f"{shown}: is neither a picture nor a video by its ending")
        folder = self.folder / f"source-{next(self._numbers)}"
        folder.mkdir()
        path = folder / f"dropped{ending}"  # nothing of its name but the ending, which was looked up
        try:
            content(path)
            if ending in PICTURE_ENDINGS:
                _check_pixels(path, shown)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        kind = "picture" if ending in PICTURE_ENDINGS else "video"
        return self._add(Source(secrets.token_hex(8), shown, str(path), kind))

    def add_keypoints(self, id_: str, content: Callable[[Path], None]) -> None:
        """Take in a file of keypoints, for the source that it belongs to; raises DataError where there is none."""
        source = self.get(id_)
        if source.kind == "clip":
            raise DataError("a clip of a clip folder has keypoints already")
        content(Path(source.path).with_name("dropped" + SIDECAR))

    def add_clip(self, name: str, folder: Path, number: int) -> Source:
        """Take in a clip of a clip folder that the command line calls ``name``."""
        return self._add(Source(secrets.token_hex(8), f"{name}:{number}", f"{folder}:{number}", "clip"))

    def get(self, id_: str) -> Source:
        """The source of that id; raises DataError where there is none any more."""
        if id_ not in self._sources:
            raise DataError("that picture or clip is not kept any more; drop it again")
        return self._sources[id_]

    def detector_for(self, source: Source, generator: VideoGenerator, asked: str | None) -> str | None:
        """What finds the figure: what was asked for, the keypoints that were dropped with it, or what is installed.

        Raises:
            ConfigError: nothing does.
        """
        if source.kind == "clip" or (asked is None and Path(source.path).with_name("dropped" + SIDECAR).is_file()):
            return None
        able = detectors(generator)
        if asked is not None and asked not in able:
            raise ConfigError(f"no detector {asked!r} of this skeleton is installed")
        if asked is None and not able:
            raise ConfigError(
                f"{source.name}: no detector of this skeleton is installed; drop a file of its keypoints, "
                f"{Path(source.name).stem}{SIDECAR}, on it too"
            )
        return asked or able[0]

    def read(self, source: Source, generator: VideoGenerator, asked: str | None, stop: threading.Event) -> Clips:
        """The clip that a source shows, as a generator's encoders want it; waits for a detector, seconds perhaps.

        Raises:
            MotionkitError: it can't be read.
            Stopped: ``stop`` was set meanwhile.
        """
        if generator.skeleton is None:
            raise ConfigError("this generator makes video without keypoints, so it reads no real people")
        detector, size = self.detector_for(source, generator, asked), generator.image_size or SMALL
        key = (source.id, generator.skeleton.name, size, detector)
        if (kept := self._read.get(key)) is not None:
            return kept

        def go_on() -> None:
            if stop.is_set():
                raise Stopped

        try:
            clips = motionkit.clips_from(source.path, generator.skeleton, size, detector, go_on)
        except MotionkitError as error:  # in the words that people know it by
            path = str(Path(source.path).parent / "")
            raise type(error)(str(error).replace(source.path, source.name).replace(path, "")) from None
        return self._read.put(key, clips)

    def forget_readings(self, id_: str) -> None:
        """Read a source anew next time, because its keypoints changed."""
        self.revision += 1
        for key in self._read:
            if key[0] == id_:  # type: ignore[index]  # they are tuples
                self._read.drop(key)

    def _add(self, source: Source) -> Source:
        self._sources[source.id] = source
        while len(self._sources) > MOST_SOURCES:
            old = self._sources.pop(next(iter(self._sources)))
            if old.kind != "clip":
                shutil.rmtree(Path(old.path).parent, ignore_errors=True)
        return source


def detectors(generator: VideoGenerator) -> list[str]:
    """The detectors that are installed and find the skeleton of a generator, but for the one that reads files."""
    return [] if generator.skeleton is None else list(_finding(generator.skeleton))


@functools.cache
def _finding(skeleton: Skeleton) -> tuple[str, ...]:
    able = []
    for plugin in motionkit.plugins("detector"):
        try:
            found = plugin.name != "sidecar" and plugin.load().skeleton == skeleton
        except MotionkitError:
            continue
        if found:
            able.append(plugin.name)
    return tuple(able)


def described(source: Source) -> dict[str, Any]:
    """What the page should know of a source."""
    return {"id": source.id, "name": source.name, "kind": source.kind}


def _check_pixels(path: Path, shown: str) -> None:
    try:
        with Image.open(path) as image:
            width, height = image.size
    except Image.DecompressionBombError:
        width, height = MOST_PIXELS, 2
    except (OSError, SyntaxError, ValueError):
        raise DataError(f"{shown}: is damaged or not an image") from None
    if width * height > MOST_PIXELS:
        raise DataError(f"{shown}: has more than {MOST_PIXELS // 1_000_000} million pixels")


def frames_of(clips: Clips) -> np.ndarray:
    """The frames of a single clip, uint8 (T, H, W, 3)."""
    return to_picture(clips.video_BTCHW[0])
