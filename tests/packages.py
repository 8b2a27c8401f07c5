"""Wheels of this checkout, and an environment that holds what a plain install brings and nothing else."""

import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
MADE = {"build", "dist", "runs"}
"""Folders of a checkout that were made from it."""


def build(source: Path, kind: str, out: Path) -> Path:
    """Build the ``wheel`` or the ``sdist`` of a folder, by its own build backend, in a copy of it."""
    copy = out / "source" / source.name

    def left_out(folder: str, names: list[str]) -> set[str]:
        hidden = {name for name in names if name.startswith(".") or name.endswith((".egg-info", "__pycache__"))}
        return hidden | (MADE if Path(folder) == source else set())

    shutil.copytree(source, copy, ignore=left_out)
    program = f"from setuptools import build_meta; print(build_meta.build_{kind}({str(out)!r}))"
    done = subprocess.run([sys.executable, "-c", program], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shutil.rmtree(out / "source")
    return out / done.stdout.splitlines()[-1]


def plain_environment(folder: Path, *wheels: Path) -> Path:
    """An environment in which these wheels are installed, and what they require is linked from the one that runs this.

    Nothing else is there, such as what an extra brings. pip itself sees whether all requirements are met, and may fetch
    nothing.

    Returns:
        Its folder of programs.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    (site,) = folder.rglob("site-packages")
    for found in requirements_of(["motionkit"]):
        link(found, site)
    install(programs, *wheels)
    return programs


def install(programs: Path, *wheels: Path) -> None:
    """Have pip install wheels in an environment; it may fetch nothing."""
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "--disable-pip-version-check"]
    command = [*pip, "install", "--no-index", "--no-compile", *map(str, wheels)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def requirements_of(names: list[str]) -> Iterator[Distribution]:
    """What these distributions require, without extras, and what that requires, and so on."""
    seen, waiting = {canonical(name) for name in names}, list(names)
    while waiting:
        for text in distribution(waiting.pop()).requires or []:
            requirement = Requirement(text)
            name = canonical(requirement.name)
            if name in seen or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
                continue
            seen.add(name)
            waiting.append(name)
            yield distribution(name)


def canonical(name: str) -> str:
    """A distribution's name as PEP 503 has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def link(found: Distribution, site: Path) -> None:
    """Have an installed distribution in another folder too, by links to its files and folders."""
    for top in {file.parts[0] for file in found.files or [] if file.parts[0] not in ("..", "__pycache__")}:
        if not (site / top).exists():
            (site / top).symlink_to(Path(str(found.locate_file(top))).resolve())
