"""Text as it comes in, with or without a byte order mark, and names as they go out, whatever bytes they are made of."""

import json
import os
import unicodedata
from pathlib import Path, PurePath

DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows, and so can make one name look like another."""


def read_text(path: Path, errors: str = "strict") -> str:
    """The text of a file, in UTF-8 or in what its byte order mark says, without that mark.

    Raises:
        OSError: the file cannot be read.
        UnicodeDecodeError: it is no such text, where ``errors`` is ``strict``.
    """
    return decoded(path.read_bytes(), errors)


def decoded(content: bytes, errors: str = "strict") -> str:
    """The text that bytes hold, as :func:`read_text` reads it."""
    return content.decode(json.detect_encoding(content), errors)


def printable(text: str) -> str:
    """The text for terminals, JSON and pages: control characters, and bytes that are no UTF-8, are escaped as in C."""
    return "".join(_escaped(character) for character in text)


def spelled(path: PurePath) -> str:
    """A path as manifests and people have it, whatever the system and its locale: with slashes, its bytes as UTF-8."""
    return printable(os.fsencode(path.as_posix()).decode("utf-8", "surrogateescape"))


def as_path(text: str) -> Path:
    """The path that a text of a file means, whatever the locale: the one whose bytes are the text's in UTF-8."""
    return Path(os.fsdecode(text.encode("utf-8", "surrogateescape")))


def _escaped(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # how Python holds a byte of a file name that is no UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in DIRECTIONS:
        return character.encode("unicode_escape").decode()
    return character
