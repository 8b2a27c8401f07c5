"""What is worth keeping, in bounded memory."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from threading import RLock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values that were used lately, as many as fit.

    Args:
        limit: the most that all of them weigh together; a single value that weighs more is kept alone.
        weight: of a value; by default 1, so that the limit is their number.
    """

    def __init__(self, limit: int, weight: Callable[[Value], int] = lambda _: 1) -> None:
        self.limit, self._weight, self._total = limit, weight, 0
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = RLock()

    def get(self, key: Hashable) -> Value | None:
        """What is kept under a key, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: Value) -> Value:
        """Keep a value, and return it; those that nobody used for longest go."""
        with self._lock:
            self.drop(key)
            self._values[key] = value
            self._total += self._weight(value)
            while self._total > self.limit and len(self._values) > 1:
                self._total -= self._weight(self._values.popitem(last=False)[1])
        return value

    def drop(self, key: Hashable) -> Value | None:
        """Forget what is kept under a key, and return it."""
        with self._lock:
            value = self._values.pop(key, None)
            if value is not None:
                self._total -= self._weight(value)
            return value

    @property
    def total(self) -> int:
        """What all values weigh together."""
        return self._total

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Hashable]:
        """Under what values are kept, as it was when this began."""
        with self._lock:
            return iter(list(self._values))
