"""What a terminal, a pipe or a log can show."""

import codecs
import io
import os
import sys


def settle_terminal() -> None:
    """Let nothing that is printed fail for where it is printed.

    Bytes of a file's name that are no text are printed by their numbers, what the encoding of the output lacks as a
    question mark.
    A width of no columns, which some machines report, is taken for an unknown one.
    """
    for name in ("COLUMNS", "LINES"):
        if not os.environ.get(name, "1").strip("0"):
            del os.environ[name]
    if isinstance(sys.stdout, io.TextIOWrapper):
        everything = codecs.lookup(sys.stdout.encoding).name == "utf-8"
        sys.stdout.reconfigure(errors="backslashreplace" if everything else "replace")
