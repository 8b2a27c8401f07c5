"""One recording as a dataset holds it: its pictures, what is known of it, and how it is known again."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from motionkit.interfaces import Frame
from motionkit.io.image_folder import ENDINGS, image_files, read_image, read_image_folder
from motionkit.io.video import expected_frames, peculiarity, read_video


@dataclass(frozen=True)
class Recording:
    """A video file, a folder of images, a single image, or a file of motion capture.

    Attributes:
        path: where it lies.
        name: its path relative to the dataset's folder, by which people know it; printable, whatever the path is.
        label: what is done in it; "" where unknown.
        subject: who does it; "" where unknown.
        fps: images a second of a folder of images; None where the file has a clock of its own.
        ranges: the frames that matter, as [first, end) counted from 0, ascending and apart; empty for all of them.
            Each range gives clips of its own.
    """

    path: Path
    name: str
    label: str = ""
    subject: str = ""
    fps: float | None = None
    ranges: tuple[tuple[int, int], ...] = ()

    @property
    def is_image(self) -> bool:
        """Whether it is a single image, which is a recording of one frame."""
        return self.path.suffix.lower() in ENDINGS and not self.path.is_dir()

    def frames(self) -> Iterator[Frame]:
        """Its frames in order; raises what :func:`read_video` or :func:`read_image_folder` raise."""
        if self.is_image:
            return iter([Frame(0.0, read_image(self.path))])
        return read_video(self.path) if self.fps is None else read_image_folder(self.path, self.fps)

    def expected_frames(self) -> int:
        """How many frames it should have; 0 where that cannot be told beforehand."""
        return len(image_files(self.path)) if self.path.is_dir() else expected_frames(self.path)

    def peculiarity(self) -> str:
        """What people should know of how it is read, in a sentence; "" where there is nothing."""
        return "" if self.path.is_dir() else peculiarity(self.path)

    def sha256(self) -> str:
        """The digest of its contents, by which it is known again whatever its date."""
        digest = hashlib.sha256()
        with suppress(OSError):  # what cannot be read shows itself when it is decoded
            for path in image_files(self.path) if self.path.is_dir() else [self.path]:
                if path.is_file():  # of a pipe there would be no end
                    with suppress(OSError), path.open("rb") as file:
                        while block := file.read(1 << 20):
                            digest.update(block)
        return digest.hexdigest()
