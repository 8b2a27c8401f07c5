"""What a layout is: how the paths of a dataset tell who does what in each recording."""

import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from motionkit.interfaces import ComponentConfig, ConfigError, DataError
from motionkit.io.container import VIDEO_ENDINGS
from motionkit.io.files import files_in
from motionkit.io.keypoint_formats.beside import is_of_keypoints
from motionkit.io.skeletons import SKELETON
from motionkit.io.text import spelled
from motionkit.preparation.recording import Recording

SILENT = frozenset(("00sequences.txt", "Thumbs.db", "desktop.ini", SKELETON))
"""What is left out without a word: KTH's own text, what Windows adds to a folder, and what keypoints are called."""


class LayoutConfig(ComponentConfig):
    """What is taken of a dataset."""

    labels: tuple[str, ...] = ()
    """The only labels taken; where none is named, those that the layout names, or else all."""


EVERYTHING = LayoutConfig()
"""All that a layout takes."""


def videos_in(root: Path) -> list[Path]:
    """The videos in a folder and the folders within; warns of what else is there.

    Raises:
        DataError: there are none.
    """
    files = list(files_in(root))
    videos = [path for path in files if path.suffix.lower() in VIDEO_ENDINGS]
    if not videos:
        raise DataError(f"{root}: holds no videos; looked for {' '.join(sorted(VIDEO_ENDINGS))}")
    frames = {path.with_suffix("") for path in videos}  # folders of a video's own frames
    others = [path for path in files if path.suffix.lower() not in VIDEO_ENDINGS and path.parent not in frames]
    tell_left_out(root, others, "videos by the ending")
    return videos


def tell_left_out(root: Path, paths: list[Path], kind: str) -> None:
    """Warn that files are none of a kind; no word of keypoints and of hidden files."""
    names = [
        spelled(path.relative_to(root))
        for path in paths
        if not (path.name.startswith(".") or path.name in SILENT or is_of_keypoints(path))
    ]
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        told = f"{len(names)} files are" if len(names) > 1 else "1 file is"
        warnings.warn(
            f"{spelled(root)}: {told} left out, being no {kind}: {', '.join(names[:5])}{more}",
            stacklevel=2,
        )


def as_found(root: Path, recordings: list[Recording]) -> list[Recording]:
    """The recordings as their paths alone tell of them."""
    return recordings


@dataclass(frozen=True)
class Layout:
    """How a dataset lies in its folder.

    Attributes:
        name: what the command line calls it.
        expected: how its recordings are called, for messages.
        pattern: matches the whole of each recording's path relative to the dataset's folder. The groups ``label`` and
            ``subject``, where it has them, are what they say.
        labels: those that are taken where nobody asks for others; empty for all.
        fps: images a second, where a recording is a folder of images.
        candidates: finds what should fit the pattern; raises DataError where there is nothing of the kind.
        finish: completes the recordings by what lies beside them.
    """

    name: str
    expected: str
    pattern: re.Pattern[str]
    labels: tuple[str, ...] = ()
    fps: float | None = None
    candidates: Callable[[Path], Iterable[Path]] = videos_in
    finish: Callable[[Path, list[Recording]], list[Recording]] = as_found

    def recordings(self, source: Path, config: LayoutConfig) -> list[Recording]:
        """The recordings of a dataset in the order of their paths.

        Args:
            source: the dataset's folder, or one file of it.
            config: which of them.

        Raises:
            DataError: ``source`` is missing, or is not laid out like this.
            ConfigError: nothing there has a label that was asked for.
        """
        if not source.exists():
            raise DataError(f"{source}: there is no such video or folder")
        root, paths = (source.parent, [source]) if source.is_file() else (source, self.candidates(source))
        found = self.finish(root, [self._recording(root, path) for path in sorted(paths)])
        known = sorted({recording.label for recording in found})
        for label in config.labels:
            if label not in known:
                raise ConfigError(f"layout.labels: nothing in {source} is called '{label}'; there is {_told(known)}")
        labels = config.labels or self.labels or known
        chosen = [recording for recording in found if recording.label in labels]
        if not chosen:
            raise DataError(f"{source}: has none of {', '.join(labels)}, which {self.name} is used for; there is "
                            f"{_told(known)}, which layout.labels can ask for")  # fmt: skip
        return chosen

    def _recording(self, root: Path, path: Path) -> Recording:
        name = spelled(path.relative_to(root))
        match = self.pattern.fullmatch(name)
        if match is None:
            raise DataError(f"{root}: does not look like {self.name}: expected {self.expected}, found {name}")
        told = match.groupdict()
        return Recording(path, name, told.get("label", ""), told.get("subject", ""), self.fps)


def _told(labels: list[str]) -> str:
    return ", ".join(label or "no label at all" for label in labels)
