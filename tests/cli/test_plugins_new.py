"""``motionkit plugins new``: what it makes is installed, keeps its contract, and is found, whatever the group."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import here
from installing import install, pip_install

from motionkit import registry
from motionkit.interfaces import ConfigError
from motionkit.registry import GROUPS


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one new distribution for each group, called after the group."""
    folder = tmp_path_factory.mktemp("made")
    for group in GROUPS:
        here("plugins", "new", f"my-{group}", "--group", group, "--out", folder / group)
    return folder


@pytest.fixture(scope="module")
def site(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them, installed in one folder."""
    site = tmp_path_factory.mktemp("site")
    for group in GROUPS:
        install(made / group, site)
    return site


def test_a_distribution_is_whole(made: Path) -> None:
    for group in GROUPS:
        files = {str(path.relative_to(made / group)): path for path in (made / group).rglob("*") if path.is_file()}
        module = f"motionkit_my_{group}.py"
        assert files.keys() >= {"setup.cfg", "pyproject.toml", "README.md", module, "tests/test_contract.py"}
        lines = [line for path in files.values() for line in path.read_text().splitlines()]
        assert not any("$" in line for line in lines)
        assert max(map(len, files[module].read_text().splitlines())) <= 120


@pytest.mark.slow
def test_pip_installs_them_and_their_own_tests_pass_as_written(made: Path, tmp_path: Path) -> None:
    pip_install(tmp_path, *(made / group for group in GROUPS))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib", str(made)]
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(command, capture_output=True, text=True, cwd=made, env=os.environ | {"PYTHONPATH": path})
    assert done.returncode == 0, done.stdout
    assert f"{len(GROUPS)} passed" in done.stdout


def test_they_are_found_and_checked(
    site: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(site))
    for group in GROUPS:
        plugin = registry.find(group, f"my-{group}")
        assert str(plugin) == f"{group} 'my-{group}' of motionkit-my-{group} 0.1.0"
    here("plugins", "check", "my-motion")
    assert "motion 'my-motion' of motionkit-my-motion 0.1.0 keeps its contract" in capsys.readouterr().out


def test_what_was_made_trains_together(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(site))
    parts = ["motion", "motion-discriminator", "motion-encoder", "renderer"]
    names = [word for part in parts for word in (f"--{part}", f"my-{part.removeprefix('motion-')}")]
    options = ["--data", "my-dataset", "--steps", 1, "-o", "loop.workers=0"]
    both = [*options, "-o", "motion_objective.batch=2", "-o", "render_objective.batch=2"]
    here("train", *names, *both, "--out", tmp_path / "two")
    here("train", *names, "--motion-objective", "my-objective", *both, "--out", tmp_path / "own")
    here("train", "--generator", "my-generator", *options, "-o", "video_objective.batch=2", "--out", tmp_path / "one")
    for name in ("one", "two", "own"):
        here("generate", tmp_path / name, "-n", 1, "--seconds", 0.2, "--out", tmp_path / "clips" / name)
        assert (tmp_path / "clips" / name / "clip-000.mp4").exists()


@pytest.mark.parametrize(
    ("name", "group", "message"),
    [
        ("ode", "motion", "motion 'ode' is motionkit's own, which would win; choose another name"),
        ("variational", "objective", "objective 'variational' is motionkit's own, which would win"),
        ("Two Words", "motion", "'Two Words' can't be a component's name"),
        ("3d", "renderer", "'3d' can't be a component's name"),
        ("a:b", "dataset", "'a:b' can't be a component's name"),
        ("../up", "dataset", "'../up' can't be a component's name"),
        ("ends-", "metric", "'ends-' can't be a component's name"),
    ],
)
def test_names_that_cannot_be_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, group: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=message):
        here("plugins", "new", name, "--group", group)
    assert list(tmp_path.iterdir()) == []


def test_a_name_of_another_group_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    here("plugins", "new", "ode", "--group", "metric")
    assert "class OdeMetric(Metric)" in (tmp_path / "motionkit-ode" / "motionkit_ode.py").read_text()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    for out in (tmp_path, tmp_path / "thesis.tex"):
        with pytest.raises(ConfigError, match="is there already"):
            here("plugins", "new", "sway", "--group", "motion", "--out", out)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
