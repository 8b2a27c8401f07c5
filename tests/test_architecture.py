"""The floors of the house: a file imports only from floors below its own, siblings never import each other, and no
files import each other in a circle, wherever they are.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import motionkit

PACKAGE = Path(motionkit.__file__).parent

FLOORS = [
    {"interfaces", "surroundings"},
    {"registry", "config", "workers"},
    {"io", "numerics"},
    {"drawing", "pictures", "testing"},
    {"motion", "rendering", "discriminators", "encoders", "objectives", "datasets", "detectors", "metrics"},
    {"two_stages"},
    {"assembly", "windows"},
    {"training", "evaluation", "preparation", "graphs"},
    {"bench", "runs"},
    {"cli", "studio"},
]


def floor_of(part: str) -> int:
    return next(number for number, parts in enumerate(FLOORS) if part in parts)


def imported_parts(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} has a relative import"
            assert node.module is not None
            names.add(node.module)
    return {name.split(".")[1] for name in names if name.startswith("motionkit.")}


def imported_files(file: Path, root: Path) -> Iterator[Path]:
    """The files of the packages below ``root`` that a file imports, for type checking alone or not."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            place = root.joinpath(*name.split("."))
            found = [place.with_suffix(".py"), place / "__init__.py", place.parent.with_suffix(".py")]
            yield from [path for path in [*found, place.parent / "__init__.py"] if path.exists()][:1]


def packages() -> list[Path]:
    return [PACKAGE, *sorted((PACKAGE.parent / "plugins").glob("*/motionkit_*"))]


@pytest.mark.parametrize("package", packages(), ids=lambda package: package.name)
def test_no_files_import_each_other_in_a_circle(package: Path) -> None:
    graph = {file: set(imported_files(file, package.parent)) - {file} for file in package.rglob("*.py")}
    assert any(graph.values())
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(str(file.relative_to(package.parent)) for file in error.args[1]))


def test_every_import_goes_down() -> None:
    files = [
        file for file in PACKAGE.rglob("*.py") if file.parent != PACKAGE or file.stem not in ("__init__", "__main__")
    ]
    assert len(files) > 30
    for file in files:
        part = file.relative_to(PACKAGE).with_suffix("").parts[0]
        for imported in imported_parts(file) - {part}:
            assert floor_of(imported) < floor_of(part), f"{file.relative_to(PACKAGE)} imports motionkit.{imported}"


def test_every_part_of_the_package_has_a_floor() -> None:
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert parts - {"__init__", "__main__"} == set().union(*FLOORS)


def test_only_the_registry_reads_entry_points() -> None:
    users = [file.name for file in PACKAGE.rglob("*.py") if "import entrypoints" in file.read_text()]
    assert users == ["registry.py"]


def test_files_stay_small() -> None:
    lengths = {file.name: len(file.read_text().splitlines()) for file in PACKAGE.rglob("*.py")}
    assert {name: lines for name, lines in lengths.items() if lines > 350} == {}


def test_the_core_knows_none_of_the_plugins() -> None:
    packages = {path.name for path in (PACKAGE.parent / "plugins").glob("*/motionkit_*")}
    assert len(packages) >= 5
    for file in PACKAGE.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(file.read_text())))
        names = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        names |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        assert {name.partition(".")[0] for name in names} & packages == set(), file
