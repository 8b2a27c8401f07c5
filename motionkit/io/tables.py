"""Tables of text: one and the same for terminals, for Markdown and for pages."""

import html
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from motionkit.io.text import printable

if TYPE_CHECKING:
    import rich.table


LONGEST_NAME = 40
"""Of the first column, to stay on one line in a terminal."""


class Table(NamedTuple):
    """A table: its title, which may be empty, its columns and its rows, all text."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def rich(self) -> "rich.table.Table":
        """For the terminal: a cell that is too long goes on below, rather than being cut."""
        from rich.table import Table  # here, because pages and reports need none

        table = Table(*self.columns, title=self.title or None, title_justify="left")
        for column in table.columns:
            column.overflow = "fold"
        # Names are easier to read and to copy whole, but a long path would leave the other columns no room.
        table.columns[0].no_wrap = all(len(row[0]) <= LONGEST_NAME for row in self.rows)
        for row in self.rows:
            table.add_row(*map(printable, row))
        return table

    def markdown(self) -> str:
        """For a report, without the title."""
        lines = [self.columns, tuple("---" for _ in self.columns), *self.rows]
        return "\n".join("| " + " | ".join(map(plain, line)) + " |" for line in lines)

    def html(self) -> str:
        """For a page, with the title as its caption."""
        caption = f"<caption>{escaped(self.title)}</caption>" if self.title else ""
        head = "".join(f"<th>{escaped(name)}</th>" for name in self.columns)
        body = "\n".join("<tr>" + "".join(f"<td>{escaped(cell)}</td>" for cell in row) + "</tr>" for row in self.rows)
        return f"<table>{caption}<tr>{head}</tr>\n{body}</table>"


def plain(text: str) -> str:
    """Text that Markdown shows as it is: a name may hold brackets or bars, and an error may hold lines."""
    return re.sub(r"([\\`*\[\]<>|])", r"\\\1", printable(" ".join(text.split())))


def escaped(text: str) -> str:
    """Text that a page shows as it is."""
    return html.escape(printable(text))
