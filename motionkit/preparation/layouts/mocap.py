"""The layout ``mocap``: files of motion capture, in BVH or in DeepMimic's format."""

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

from motionkit.interfaces import DataError
from motionkit.io.files import files_in
from motionkit.io.text import decoded
from motionkit.preparation.layouts.layout import Layout, tell_left_out
from motionkit.preparation.recording import Recording


def captures_in(root: Path) -> list[Path]:
    """The ``.bvh`` files of a folder and the folders within, and the ``.txt`` and ``.json`` files that hold JSON.

    Warns of what else is there.

    Raises:
        DataError: there are none.
    """
    files = list(files_in(root))
    captures = [path for path in files if _is_capture(path)]
    if not captures:
        raise DataError(f"{root}: holds no motion capture; looked for .bvh, and for JSON in .txt and .json")
    tell_left_out(root, sorted(set(files) - set(captures)), "motion capture")
    return captures


def label_by_source(root: Path, recordings: list[Recording]) -> list[Recording]:
    """The recordings with what their names tell.

    ``humanoid3d_walk.txt`` shows walk. ``01_02.bvh`` is the CMU database's second trial of subject 01. Any other is
    labelled by its folder.
    """

    def told(recording: Recording) -> Recording:
        path = PurePosixPath(recording.name)
        if action := re.fullmatch(r"humanoid3d_(.+)\.(?:txt|json)", path.name):
            return replace(recording, label=action[1])
        trial = re.fullmatch(r"(\d+)_\d+\.bvh", path.name)
        return replace(recording, label=path.parent.name, subject=trial[1] if trial else "")

    return [told(recording) for recording in recordings]


def _is_capture(path: Path) -> bool:
    if path.suffix.lower() == ".bvh":
        return True
    if path.suffix.lower() not in (".txt", ".json"):
        return False
    try:
        with path.open("rb") as file:
            return decoded(file.read(64), errors="replace").lstrip().startswith("{")
    except OSError:  # what cannot be read shows itself when it should become clips
        return True


MOCAP = Layout(
    "mocap",
    expected=".bvh, or JSON in .txt",
    pattern=re.compile(".*", re.DOTALL),
    candidates=captures_in,
    finish=label_by_source,
)
