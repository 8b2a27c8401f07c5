"""Distributions that tests install in a folder of their own."""

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path


def install(source: Path, site: Path) -> None:
    """Install a distribution of single modules as pip would, by its ``setup.cfg``, without building a wheel first."""
    config = ConfigParser(interpolation=None)
    config.read(source / "setup.cfg", encoding="utf-8")
    name, version = config["metadata"]["name"], config["metadata"]["version"]
    for module in config["options"]["py_modules"].split():
        shutil.copy(source / f"{module}.py", site)
    metadata = site / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    sections = [f"[{group}]{lines}\n" for group, lines in config["options.entry_points"].items()]
    (metadata / "entry_points.txt").write_text("".join(sections))


def pip_install(site: Path, *sources: Path) -> None:
    """Install distributions with pip itself, which takes seconds for each."""
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(site), *map(str, sources)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
