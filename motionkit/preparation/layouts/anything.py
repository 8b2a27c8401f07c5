"""The layout ``any``: videos that are called anything."""

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath

from motionkit.preparation.layouts.layout import Layout
from motionkit.preparation.recording import Recording


def label_by_names(root: Path, recordings: list[Recording]) -> list[Recording]:
    """The recordings with labels, as far as the names of the files tell them.

    The name of its folder where videos are sorted into folders; else, where every video is called ``person_action``,
    its action; else "".
    """
    loose = [PurePosixPath(recording.name).stem for recording in recordings if "/" not in recording.name]
    all_actions = all(re.fullmatch(r"[^_]+_([A-Za-z][A-Za-z0-9-]*)", stem) for stem in loose)

    def label(path: PurePosixPath) -> str:
        return path.parent.name or (path.stem.partition("_")[2] if all_actions else "")

    return [replace(recording, label=label(PurePosixPath(recording.name))) for recording in recordings]


ANYTHING = Layout("any", expected="videos", pattern=re.compile(".*", re.DOTALL), finish=label_by_names)
"""Nothing is asked of the names, and no subjects are known."""
