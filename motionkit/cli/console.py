"""The terminal as commands print to it: text stays as it is, whatever brackets or colons a name has."""

from rich.console import Console
from rich.progress import TextColumn


def console(stderr: bool = False) -> Console:
    """A terminal that takes no text for markup, for an emoji's name, or for something to colour."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def description() -> TextColumn:
    """The column of a progress bar that tells what is being done, as it is."""
    return TextColumn("{task.description}", markup=False)
