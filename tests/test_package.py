"""What a package index would serve: wheels that are whole, say what they are, and work where nothing else is.

And what a third party builds with such a wheel and docs/extending.md, without a checkout.
"""

import json
import os
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from configparser import ConfigParser
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest
from command_line import TINY
from packages import ROOT, build, install, plain_environment

from motionkit.registry import GROUPS

EXTENDING = ROOT / "docs" / "extending.md"
FILE = re.compile(r"^```\w+ (motionkit-sway/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHECK_ALL = """
from motionkit.cli import cli
from motionkit.registry import GROUPS
for group in GROUPS:
    cli.main(["plugins", "check", f"my-{group}", "--group", group], standalone_mode=False)
"""
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/setup.cfg"))
EXTRAS = ConfigParser()
EXTRAS.read(ROOT / "setup.cfg", encoding="utf-8")

Run = Callable[..., str]
"""Runs a program of an environment."""


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that is built from the sdist."""
    folder = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return build(folder / sdist.name.removesuffix(".tar.gz"), "wheel", folder)


@pytest.fixture(scope="module")
def plugin_wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return [build(source, "wheel", tmp_path_factory.mktemp(source.name)) for source in PLUGINS]


@pytest.fixture(scope="module")
def programs(wheel: Path, plugin_wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment outside the checkout."""
    detectors = ("motionkit_mediapipe", "motionkit_rtmpose")  # which require more than motionkit
    generators = [path for path in plugin_wheels if not path.name.startswith(detectors)]
    return plain_environment(tmp_path_factory.mktemp("clean") / "venv", wheel, *generators)


@pytest.fixture(scope="module")
def run(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a program of that environment in an empty folder, and returns what it printed."""
    folder = tmp_path_factory.mktemp("empty")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MOTIONKIT_"))}

    def run(program: str, *words: object, status: int = 0) -> str:
        command = [str(programs / program), *map(str, words)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=env, timeout=300)
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout + done.stderr

    return run


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_string(archive.read(name).decode())


def test_the_wheel_holds_every_file_of_the_package_and_no_other(wheel: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "motionkit"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == set(listed.stdout.splitlines())


def test_the_metadata_says_what_it_is(wheel: Path, plugin_wheels: list[Path]) -> None:
    for path in (wheel, *plugin_wheels):
        said = metadata(path)
        assert said["License-Expression"] == "MIT"
        assert said["Author"] == "The motionkit authors"
        assert said["Requires-Python"] == ">=3.10"
        assert said["Keywords"] and said.get_all("Classifier")
        assert said.get_all("Project-URL") is None  # these are the publisher's
    said = metadata(wheel)
    assert said["License-File"] == "LICENSE"
    for version in ("3.10", "3.11", "3.12", "3.13"):
        assert f"Programming Language :: Python :: {version}" in said.get_all("Classifier", [])


def test_the_page_of_a_package_has_no_link_that_leads_nowhere(wheel: Path, plugin_wheels: list[Path]) -> None:
    for path in (wheel, *plugin_wheels):
        page = metadata(path).get_payload()
        assert len(page) > 500
        assert [link for link in re.findall(r"\]\(([^)]*)\)", page) if not link.startswith("https://")] == []


def test_a_clean_machine_generates_and_trains(run: Run, tmp_path: Path) -> None:
    where = run("python", "-c", "import motionkit; print(motionkit.__file__)").strip()
    assert "site-packages" in where and not Path(where).is_relative_to(ROOT)
    run("motionkit", "generate", "pretrained:actions", "-n", 1, "--seconds", 0.2, "--out", tmp_path / "made")
    assert (tmp_path / "made" / "clip-000.mp4").stat().st_size > 1000
    settings = [word for setting in TINY for word in ("-o", setting)]
    run("motionkit", "train", "--steps", 1, "--out", tmp_path / "run", *settings)
    assert json.loads((tmp_path / "run" / "run.json").read_text())["stages"] == ["motion", "render"]


def test_plugins_are_found_and_checked_where_they_are_installed_as_wheels(run: Run) -> None:
    table = run("motionkit", "plugins", "list", "--group", "generator")
    assert all(name in table for name in ("g3an", "mocogan", "tganv2", "vgan")) and "broken" not in table
    assert "keeps its contract" in run("motionkit", "plugins", "check", "vgan")


def test_the_plugin_of_the_manual_works_beside_the_wheel(run: Run, programs: Path, tmp_path: Path) -> None:
    files = FILE.findall(EXTENDING.read_text())
    assert {path.rpartition("/")[2] for path, _ in files} >= {"setup.cfg", "pyproject.toml", "motionkit_sway.py"}
    for path, text in files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    install(programs, build(tmp_path / "motionkit-sway", "wheel", tmp_path))
    assert "motion 'sway' of motionkit-sway 0.1.0 keeps its contract" in run("motionkit", "plugins", "check", "sway")


@pytest.mark.slow
def test_a_new_plugin_of_each_group_works_beside_the_wheel(run: Run, programs: Path, tmp_path: Path) -> None:
    for group in GROUPS:
        source = tmp_path / f"motionkit-my-{group}"
        run("motionkit", "plugins", "new", f"my-{group}", "--group", group, "--out", source)
        install(programs, build(source, "wheel", tmp_path))
    told = run("python", "-c", CHECK_ALL)
    assert [group for group in GROUPS if f"{group} 'my-{group}' of motionkit-my-{group} 0.1.0 keeps" not in told] == []


def test_a_detector_that_an_extra_brings_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "videos").mkdir()
    words = ["prepare", tmp_path / "videos", "--out", tmp_path / "clips", "--detector", "mediapipe"]
    told = run("motionkit", *words, status=1)
    assert "there is no detector 'mediapipe'; pip install 'motionkit[mediapipe]' brings it" in told
    assert len(told.splitlines()) == 1


def test_every_extra_is_explained_and_named_where_it_is_needed() -> None:
    extras = set(EXTRAS["options.extras_require"]) - {"dev"}
    page = (ROOT / "docs" / "installing.md").read_text()
    assert {extra for extra in extras if f"`{extra}`" not in page} == set()
    sources = "".join(path.read_text() for path in (ROOT / "motionkit").rglob("*.py"))
    named = set(re.findall(r"motionkit\[([\w-]+)\]", sources))
    assert named <= extras
