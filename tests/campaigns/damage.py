"""Ways in which a file can be damaged, each a function of random numbers."""

import json
import math
import random
from collections.abc import Callable
from typing import Any

Damage = Callable[[random.Random, bytes], bytes]
"""The contents of a file to other contents."""


def truncated(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content) or 1)]


def flipped(rng: random.Random, content: bytes) -> bytes:
    return _flipped(rng, content, len(content))


def flipped_at_the_beginning(rng: random.Random, content: bytes) -> bytes:
    return _flipped(rng, content, 512)


def overwritten(rng: random.Random, content: bytes) -> bytes:
    start, length = rng.randrange(len(content) or 1), rng.randint(1, 4096)
    block = rng.choice([rng.randbytes(length), bytes(length)])
    return content[:start] + block[: len(content) - start] + content[start + length :]


def with_a_hole(rng: random.Random, content: bytes) -> bytes:
    start = rng.randrange(len(content) or 1)
    return content[:start] + content[start + rng.randint(1, 256) :]


def doubled(rng: random.Random, content: bytes) -> bytes:
    return content + content[rng.randrange(len(content) or 1) :]


def empty(rng: random.Random, content: bytes) -> bytes:
    return b""


def other_text(rng: random.Random, content: bytes) -> bytes:
    return rng.choice([b"hello\n", b"\xff\xfe\x00", b"\xef\xbb\xbf", b"{", b"[]", b"null", b"\x00" * 64, b"\xe9t\xe9"])


BYTES: list[Damage] = [
    *(truncated, flipped, flipped_at_the_beginning, overwritten, with_a_hole, doubled, empty, other_text),
]
"""What can happen to any file."""

DEEP = "deep"
"""Stands for lists in lists in lists, which are too deep for the writers themselves."""

WEIRD: list[Any] = [
    *(None, True, False, "", "text", -1, 0, 1, 2.5, -1e308, 1e308, 10**30, 10**400, math.nan, math.inf, -math.inf),
    *([], {}, [[]], [None], {"": None}, "\ud800", "a\nb", "../../etc", "\x00", DEEP),
]
"""What a value should not be."""


def json_value(rng: random.Random, content: bytes) -> bytes:
    """One value is another, is gone, or is there twice."""
    document = json.loads(content)
    places = [(holder, key) for holder in _holders(document) for key in _keys(holder)]
    holder, key = rng.choice(places)
    change = rng.randrange(8)
    if change == 0:
        del holder[key]
    elif change == 1 and isinstance(holder, list):
        holder.insert(key, holder[key])
    elif change == 1:
        holder[f"{key}s"] = holder.pop(key)
    else:
        holder[key] = rng.choice(WEIRD)
    return json.dumps(document).replace(f'"{DEEP}"', "[" * 100_000 + "]" * 100_000).encode()


def a_word(rng: random.Random, content: bytes) -> bytes:
    """A word of a text is another."""
    lines = content.decode().splitlines()
    number = rng.choice([number for number, line in enumerate(lines) if line.split()])
    words = lines[number].split()
    words[rng.randrange(len(words))] = rng.choice(
        ["nan", "inf", "1e999", "-1", "0", "", "9" * 40, "x", "-", "{", "}", "\ufeff", "1,5", "9" * 5000]
    )
    lines[number] = " ".join(words)
    return "\n".join(lines).encode()


def lines_in_disorder(rng: random.Random, content: bytes) -> bytes:
    lines = content.decode().splitlines()
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(3):
        case 0:
            lines[a], lines[b] = lines[b], lines[a]
        case 1:
            del lines[a]
        case 2:
            lines.insert(b, lines[a])
    return "\n".join(lines).encode()


def _flipped(rng: random.Random, content: bytes, within: int) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 8, 64])):
        if changed:
            changed[rng.randrange(min(within, len(changed)))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _holders(document: Any) -> list[Any]:
    within = document.values() if isinstance(document, dict) else document
    inner = [holder for value in within if isinstance(value, (dict, list)) for holder in _holders(value)]
    return [document, *inner]


def _keys(holder: Any) -> list[Any]:
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))
