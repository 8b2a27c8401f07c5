"""What a terminal, a pipe or a log can show."""

import codecs
import io
import os
import sys


def settle_terminal() -> None:
    """Let nothing that is printed fail for where it is printed.

    A file's name that is no text is printed as its bytes are, what the encoding of the output lacks as a question mark.
    A width of no columns, which some machines report, is taken for an unknown one.
    """
    for name in ("COLUMNS", "LINES"):
        if not os.environ.get(name, "1").strip("0"):
            del os.environ[name]
    if isinstance(sys.stdout, io.TextIOWrapper):
        everything = codecs.lookup(sys.stdout.encoding).name == "utf-8"
        sys.stdout.reconfigure(errors="surrogateescape" if everything else "replace")
