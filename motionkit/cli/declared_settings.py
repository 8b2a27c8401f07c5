"""The settings of a component, read off its source text: completion can't wait until a component is imported."""

import ast
import functools
import importlib.util
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import NamedTuple


class Module(NamedTuple):
    """A module that was read and not run.

    Attributes:
        package: what its relative imports begin from.
        tree: its source.
    """

    package: str
    tree: ast.Module


class Class(NamedTuple):
    """A class, and the module that its names mean something in."""

    module: Module
    node: ast.ClassDef


def settings(target: str) -> list[str]:
    """The fields of the nested ``Config`` of a component, those of base classes after its own. Runs none of its code.

    Args:
        target: where the class is, ``module:Class``; or ``module:`` and a ``Config`` that lies in no component, as
            ``motionkit.training.loop:LoopConfig``.

    Returns:
        Their names; of what source text can't tell, none.
    """
    module, _, path = target.partition(":")
    try:
        found = _find(module, [*path.split("."), "Config"]) or _find(module, path.split("."))
        return [] if found is None else list(dict.fromkeys(_fields(found)))
    except (OSError, ValueError, SyntaxError, ImportError, RecursionError):
        return []


def _fields(config: Class) -> list[str]:
    own = [
        line.target.id
        for line in config.node.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and not _hidden(line)
    ]
    return own + [name for base in _bases(config) for name in _fields(base)]


def _hidden(line: ast.AnnAssign) -> bool:
    """Whether pydantic takes an annotated name for something else than a field."""
    return ast.unparse(line.target).startswith(("_", "model_config")) or "ClassVar" in ast.unparse(line.annotation)


def _bases(of: Class) -> list[Class]:
    named = [ast.unparse(base).split(".") for base in of.node.bases if isinstance(base, ast.Name | ast.Attribute)]
    return [base for path in named if (base := _within(of.module, path)) is not None]


def _find(module: str, path: list[str]) -> Class | None:
    read = _read(module)
    return None if read is None else _within(read, path)


def _within(module: Module, path: list[str]) -> Class | None:
    """The class that a dotted name means in a module: defined there, or imported from where it is."""
    for node in ast.walk(module.tree):  # imports for type checking alone too, as lazy packages have them
        if isinstance(node, ast.ImportFrom):
            home = importlib.util.resolve_name("." * node.level + (node.module or ""), module.package)
            for alias in node.names:
                if (alias.asname or alias.name) == path[0]:
                    return _find(home, [alias.name, *path[1:]]) or _find(f"{home}.{alias.name}", path[1:])
    return _nested(module, module.tree.body, path)


def _nested(module: Module, body: list[ast.stmt], path: list[str]) -> Class | None:
    for node in body:
        if path and isinstance(node, ast.ClassDef) and node.name == path[0]:
            found = Class(module, node)
            return found if len(path) == 1 else _inherited(found, path[1:])
    return None


def _inherited(outer: Class, path: list[str]) -> Class | None:
    """A class that is nested in another, or in one of its bases."""
    found = _nested(outer.module, outer.node.body, path)
    return found or next(filter(None, (_inherited(base, path) for base in _bases(outer))), None)


@functools.cache
def _read(module: str) -> Module | None:
    spec = _spec(module)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return None
    return Module(spec.parent or "", ast.parse(Path(spec.origin).read_bytes()))


def _spec(module: str) -> ModuleSpec | None:
    """Where a module is. ``importlib.util.find_spec`` alone would import the packages that it lies in."""
    top, *rest = module.split(".")
    spec = importlib.util.find_spec(top)
    for depth in range(len(rest)):
        if spec is None:
            return None
        name = ".".join([top, *rest[: depth + 1]])
        spec = PathFinder.find_spec(name, spec.submodule_search_locations)
    return spec
