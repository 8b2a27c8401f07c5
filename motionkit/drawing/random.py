"""The random numbers that people, faces and colours are made from."""

from collections.abc import Callable, Iterator

Uniform = Callable[[float, float], float]
"""Each call gives the next random number, between the two given."""


def uniform_from(numbers: Iterator[float]) -> Uniform:
    """Random numbers between any limits, made from random numbers in [0, 1)."""
    return lambda low, high: low + (high - low) * next(numbers)
