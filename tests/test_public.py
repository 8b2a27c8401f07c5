"""What a plugin author imports: names that exist, from the places that the documentation promises."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

import motionkit

ROOT = Path(__file__).parents[1]
PUBLIC = ("motionkit.interfaces", "motionkit.testing", "motionkit.numerics")
SOURCES = sorted(ROOT.glob("plugins/*/motionkit_*/*.py")) + sorted(ROOT.glob("motionkit/cli/templates/*.py.template"))


STUDIO = sorted((ROOT / "motionkit" / "studio").glob("*.py"))
"""A tool beside motionkit, which uses what a third party's could."""


def imported(source: str) -> Iterator[str]:
    """The modules of motionkit that a text imports from, with the names that come from motionkit itself."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] == "motionkit")
        elif isinstance(node, ast.ImportFrom) and node.module == "motionkit":
            yield from (f"motionkit.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("motionkit."):
            yield str(node.module)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_a_plugin_needs_nothing_that_is_not_public(source: Path) -> None:
    text = source.read_text().replace("$", "")
    own = {f"motionkit.{name}" for name in motionkit.__all__} | {"motionkit"}
    assert [name for name in imported(text) if name not in own and not name.startswith(PUBLIC)] == []


@pytest.mark.parametrize("source", STUDIO, ids=lambda path: path.name)
def test_the_studio_needs_nothing_that_is_not_public(source: Path) -> None:
    own = {f"motionkit.{name}" for name in motionkit.__all__} | {"motionkit"}
    public = (*PUBLIC, "motionkit.io", "motionkit.pictures", "motionkit.studio")
    assert [name for name in imported(source.read_text()) if name not in own and not name.startswith(public)] == []


def test_the_public_names_are_there() -> None:
    assert {getattr(motionkit, name).__name__ for name in motionkit.__all__} == set(motionkit.__all__)
    assert set(motionkit.HOMES) == set(motionkit.__all__)
    with pytest.raises(AttributeError, match="module 'motionkit' has no attribute 'finde'"):
        _ = motionkit.finde


def test_importing_motionkit_alone_waits_for_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, motionkit; print('torch' in sys.modules)"], capture_output=True, text=True
    )
    assert done.stdout == "False\n", done.stderr


def test_the_types_are_told() -> None:
    assert (files("motionkit") / "py.typed").is_file()
