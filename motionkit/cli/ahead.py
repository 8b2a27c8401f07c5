"""Work that is done ahead, in another thread."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")

END = object()


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items, of which the next is made in another thread while one is used.

    So drawing goes on while what was drawn is encoded: neither holds Python's lock for long. One item waits at most.
    Whatever making one raises is raised where it would have come.
    """
    iterator = iter(items)
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, iterator, END)
        while (item := coming.result()) is not END:
            coming = thread.submit(next, iterator, END)
            yield item  # type: ignore[misc]  # it is not the end
