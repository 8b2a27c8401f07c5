"""How long work tells whoever waits for it how far it has come."""

from collections.abc import Callable

OnProgress = Callable[[str, int, int], None]
"""Told now and then: what is being gone through, how much of it is done, and how much there is, in one unit."""
