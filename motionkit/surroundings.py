"""The process's environment, which libraries read when they are imported or begun, whether anybody meant it or not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase


@contextmanager
def without(*variables: str) -> Iterator[None]:
    """No such environment variables until the block ends; names may have wildcards, such as ``ACCELERATE_*``."""
    hidden = {name: value for name, value in os.environ.items() if any(fnmatchcase(name, it) for it in variables)}
    for name in hidden:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(hidden)
