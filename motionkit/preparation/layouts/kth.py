"""The layout ``kth``: the KTH actions (Schuldt, Laptev, Caputo, ICPR 2004) and their frame ranges."""

import re
from dataclasses import replace
from pathlib import Path

from motionkit.interfaces import DataError
from motionkit.io.files import files_in
from motionkit.io.text import read_text
from motionkit.preparation.layouts.layout import Layout
from motionkit.preparation.recording import Recording

SEQUENCES = "00sequences.txt"


def with_ranges(root: Path, recordings: list[Recording]) -> list[Recording]:
    """The recordings with the ranges that ``00sequences.txt`` gives them: in each, an action is done once through.

    Raises:
        DataError: that file is missing or damaged, or does not know one of the videos.
    """
    path = next(iter(sorted(path for path in files_in(root) if path.name == SEQUENCES)), None)
    if path is None:
        raise DataError(f"{root}: has no {SEQUENCES}, which comes with the KTH actions and gives their frame ranges")
    ranges = read_sequences(path)
    for recording in recordings:
        if _take(recording) not in ranges:
            raise DataError(f"{path}: gives no frame ranges for {recording.name}")
    return [replace(recording, ranges=ranges[_take(recording)]) for recording in recordings]


def read_sequences(path: Path) -> dict[str, tuple[tuple[int, int], ...]]:
    """The frame ranges of each take, as [first, end) counted from 0.

    A line is ``person01_boxing_d1 frames 1-95, 96-185``, both ends counted from 1 and included. Other lines are
    prose; a take without numbers is one that was never recorded.

    Raises:
        DataError: a range ends before it begins.
    """
    takes = {}
    for number, line in enumerate(read_text(path, errors="replace").splitlines(), 1):
        match = re.match(r"\s*(person\d+_[a-z]+_d\d)\b(.*)", line)
        pairs = re.findall(r"(\d+)\s*-\s*(\d+)", match[2]) if match else []
        ranges: list[tuple[int, int]] = []
        for first, last in pairs:
            if not 1 <= int(first) <= int(last):
                raise DataError(f"{path}: line {number}: {first}-{last} is no range of frames")
            # Where two ranges share frames, the earlier one has them: no frame is in two clips.
            start = max(int(first) - 1, ranges[-1][1] if ranges else 0)
            if start < int(last):
                ranges.append((start, int(last)))
        if match and ranges:
            takes[match[1]] = tuple(ranges)
    return takes


def _take(recording: Recording) -> str:
    return recording.path.stem.removesuffix("_uncomp")


KTH = Layout(
    "kth",
    expected="personNN_action_dN_uncomp.avi, such as person01_boxing_d1_uncomp.avi",
    pattern=re.compile(r"(?:.*/)?(?P<subject>person\d+)_(?P<label>[a-z]+)_d\d_uncomp\.avi"),
    labels=("boxing", "handclapping", "handwaving"),
    finish=with_ranges,
)
"""By default the three actions done on the spot, as in the MODE-GAN paper; the others leave the picture."""
