"""One damaged input, given to the command that reads it, and what became of it."""

import json
import random
import re
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from campaigns.apart import motionkit_apart
from campaigns.inputs import INPUTS, SPOKEN, Input, allowed, spoken
from campaigns.workspace import contents, exchanged

KINDS = (*(it.kind for it in INPUTS), *SPOKEN)
LEFT_BEHIND = re.compile(r"(^|/)(\.lock|\.holder|\..+\.\d+\.(old\.)?tmp(\.[^./]*)?)$")
"""What a command that ended must not leave."""


class Finding(NamedTuple):
    """What became of one input: ``kind`` of input, ``outcome``, and what to know of one that failed."""

    kind: str
    outcome: str
    told: str


def damaged(kind: str, seed: int, workspace: Path, folder: Path) -> Finding:
    """Damage an input of a kind as the seed says, in a copy of the workspace, and have it read."""
    rng = random.Random(f"{kind} {seed}")
    shutil.copytree(workspace, folder)
    found = [it for it in INPUTS if it.kind == kind]
    if found:
        words, note = rng.choice(found[0].commands), _damage(rng, found[0], folder)
    else:
        words, note = spoken(kind, rng), ""
    before = contents(folder)
    outcome, told = motionkit_apart(folder, *words)
    trouble = _lost(before, contents(folder), found[0] if found else None, outcome)
    if trouble or outcome == "failed":
        told = f"{kind} {seed}: {note}: motionkit {' '.join(map(ascii, words))}\n{trouble}\n{told}"
        return Finding(kind, "failed", told)
    shutil.rmtree(folder)
    return Finding(kind, outcome, told)


def _damage(rng: random.Random, it: Input, folder: Path) -> str:
    file = rng.choice(it.files)
    path = folder / file
    if rng.random() < 0.08:
        path.write_bytes(exchanged(rng, folder, file))
        return f"{file} exchanged"
    change = rng.choice(it.damages)
    path.write_bytes(change(rng, path.read_bytes()))
    return f"{file} {change.__name__}"


def _lost(before: dict[str, bytes], after: dict[str, bytes], it: Input | None, outcome: str) -> str:
    """What was saved before and is not there any more as it was, or what should not be there."""
    may_change = () if it is None else it.notes + (it.changes if outcome == "done" else ())
    for name, content in before.items():
        if name not in after:
            return f"{name} is gone"
        if after[name] != content and not allowed(name, may_change) and not _same_run(name, content, after[name]):
            return f"{name} was changed"
    left = [name for name in after if LEFT_BEHIND.search(name) and name not in before]
    return f"left behind: {left}" if left else ""


def _same_run(name: str, before: bytes, after: bytes) -> bool:
    """Whether both are one run's description; a training writes it anew before it begins."""
    try:
        return name == "run/run.json" and _plain(json.loads(before)) == _plain(json.loads(after))
    except ValueError:
        return False


def _plain(document: Any) -> str:
    return json.dumps(document, sort_keys=True)  # where NaN is NaN
