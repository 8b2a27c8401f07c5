"""What the page of messages quotes, the program says."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "troubleshooting.md"
GAP = "…"
"""What stands on the page, and here, for what differs from call to call."""


def texts(source: Path) -> Iterator[str]:
    """The texts in a file of Python; within f-strings a gap for each value."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else GAP for part in node.values)


@cache
def said() -> str:
    """All that the program and its plugins can say, a line each."""
    sources = sorted(ROOT.glob("motionkit/**/*.py")) + sorted(ROOT.glob("plugins/*/motionkit_*/**/*.py"))
    return "\n".join(" ".join(text.split()) for source in sources for text in texts(source))


def quoted() -> list[str]:
    return re.findall(r"^### `(.+)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("message", quoted())
def test_its_messages_are_the_programs(message: str) -> None:
    assert message in said().splitlines()


def test_it_has_a_message_of_each_part_of_the_work() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(quoted()) > 30
    assert all(f"## {part}" in text for part in ("Preparing videos", "Training", "Runs", "Generating", "Measuring"))
