"""Items come in their order, the next one is made meanwhile, and errors come through."""

import threading
from collections.abc import Iterator

import pytest

from motionkit.cli.ahead import ahead


def test_items_are_the_same_in_the_same_order() -> None:
    assert list(ahead(range(5))) == [0, 1, 2, 3, 4]
    assert list(ahead([])) == []


def test_the_next_item_is_made_while_one_is_used() -> None:
    begun = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        begun.set()
        yield 2

    working = ahead(items())
    assert next(working) == 1
    assert begun.wait(timeout=60)  # nobody has asked for it yet
    assert list(working) == [2]


def test_an_error_comes_after_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise ValueError("no more")

    working = ahead(items())
    assert next(working) == 1
    with pytest.raises(ValueError, match="no more"):
        next(working)
