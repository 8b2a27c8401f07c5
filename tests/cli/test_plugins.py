"""``motionkit plugins`` as a user runs it, with a plugin distribution that pip installed elsewhere on the path."""

import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from motionkit import __version__
from motionkit.cli import main


class Result(NamedTuple):
    status: int
    stdout: str
    stderr: str


Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def surroundings(toyplugin: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The toy distribution is on the path, nothing is disallowed, and tables are wide."""
    monkeypatch.syspath_prepend(str(toyplugin))
    monkeypatch.delenv("MOTIONKIT_PLUGINS", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)  # both are changed by main
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)
    sys.modules.pop("toyplugin", None)


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``motionkit plugins`` in this process."""

    def run(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["motionkit", "plugins", *arguments])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        return Result(status, *capsys.readouterr())

    return run


def rows(table: str) -> dict[tuple[str, str], list[str]]:
    """Group and name to the rest of each row that ``list`` prints."""
    cells = ([cell.strip() for cell in line.strip("│").split("│")] for line in table.splitlines() if "│" in line)
    return {(group, name): rest for group, name, *rest in cells}


def assert_one_line(result: Result, text: str) -> None:
    assert result.status == 1
    assert text in result.stderr
    assert "Traceback" not in result.stderr and len(result.stderr.strip().splitlines()) == 1


def test_list_in_a_process_of_its_own_imports_no_plugin(toyplugin: Path) -> None:
    paths = os.pathsep.join(filter(None, [str(toyplugin), os.environ.get("PYTHONPATH")]))
    result = subprocess.run(
        [sys.executable, "-m", "motionkit", "plugins", "list"],
        env=os.environ | {"PYTHONPATH": paths, "TOYPLUGIN_IS_NOT_TO_BE_IMPORTED": "1"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    table = rows(result.stdout)
    assert table["motion", "ode"] == ["motionkit", __version__, "ok"]
    assert table["motion", "sway"] == ["motionkit-toyplugin", "1.2", "ok"]
    assert table["motion", "motionkit-toyplugin:ode"] == ["motionkit-toyplugin", "1.2", "ok"]
    assert table["renderer", "sway"] == ["motionkit-toyplugin", "1.2", "ok"]


def test_an_error_in_a_process_of_its_own_is_one_line() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "motionkit", "plugins", "show", "od", "--group", "motion"],
        capture_output=True,
        text=True,
    )
    assert_one_line(
        Result(result.returncode, result.stdout, result.stderr), "there is no motion 'od'; did you mean ode?"
    )


def test_list_of_one_group(plugins: Run) -> None:
    table = rows(plugins("list", "--group", "renderer").stdout)
    assert {group for group, _ in table} == {"renderer"}
    assert ("renderer", "sway") in table


def test_list_shows_a_broken_distribution_with_its_cause(
    plugins: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    metadata = tmp_path / "twice-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: twice\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[motionkit.motion]\ntwo = a:B\ntwo = a:C\n")
    result = plugins("list")
    assert result.status == 0
    table = rows(result.stdout)
    assert table["motion", "two"][:2] == ["twice", "1.0"]
    assert table["motion", "two"][2].startswith("broken: DuplicateOptionError")
    assert table["motion", "ode"][2] == "ok"
    assert_one_line(plugins("show", "two"), "motion 'two' of twice 1.0 is broken: DuplicateOptionError")


def test_the_environment_allows_distributions(plugins: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTIONKIT_PLUGINS", "another")
    table = rows(plugins("list").stdout)
    assert ("motion", "sway") not in table and ("motion", "ode") in table
    monkeypatch.setenv("MOTIONKIT_PLUGINS", "Motionkit_ToyPlugin")
    assert ("motion", "sway") in rows(plugins("list").stdout)


def test_show_describes_a_component(plugins: Run) -> None:
    result = plugins("show", "sway", "--group", "motion")
    assert result.status == 0, result.stderr
    assert "motion 'sway' of motionkit-toyplugin 1.2" in result.stdout
    assert "toyplugin:Sway" in result.stdout
    assert "Sways gently." in result.stdout and "second paragraph" not in result.stdout
    setting = next(line for line in result.stdout.splitlines() if "hidden" in line)
    assert [cell.strip() for cell in setting.strip("│").split("│")] == [
        "hidden", "int", "32", "8", "length of the latent state"
    ]  # fmt: skip


def test_a_name_in_two_groups_asks_for_the_group(plugins: Run) -> None:
    assert_one_line(plugins("show", "sway"), "'sway' is in 2 groups; say --group motion or --group renderer")


def test_a_name_that_stands_for_a_component_of_each_stage_means_all_of_them(plugins: Run) -> None:
    for name in ("gentle", "motionkit-toyplugin:gentle"):
        result = plugins("show", name, "--group", "objective")
        assert result.status == 0, result.stderr
        assert "Trains motion gently." in result.stdout and "Trains renderers gently." in result.stdout
    result = plugins("check", "gentle", "-o", "objective.batch=2")
    assert result.status == 0, result.stderr
    for stage in ("motion", "render"):
        assert f"objective 'gentle.{stage}' of motionkit-toyplugin 1.2 keeps its contract" in result.stdout
    assert "Trains renderers gently." not in plugins("show", "gentle.motion").stdout
    assert_one_line(plugins("show", "gentl"), "there is no plugin 'gentl'")
    assert_one_line(plugins("show", "gentle", "--group", "motion"), "there is no motion 'gentle'")


def test_an_unknown_name_is_answered_with_the_nearest(plugins: Run) -> None:
    assert_one_line(plugins("show", "swai"), "there is no plugin 'swai'; did you mean sway?")


def test_a_plugin_that_cannot_be_imported_says_so(plugins: Run) -> None:
    assert_one_line(plugins("show", "unimportable"), "No module named 'toyplugin_is_missing'")


def test_check_prints_each_rule_and_passes(plugins: Run) -> None:
    result = plugins("check", "sway", "--group", "motion")
    assert result.status == 0, result.stderr
    lines = result.stdout.splitlines()
    assert (
        "ok  Shared times give the same keypoints, whatever times are asked for before, between and after them" in lines
    )
    assert lines[-1] == f"motion 'sway' of motionkit-toyplugin 1.2 keeps its contract ({len(lines) - 1} rules)"


def test_check_shows_metrics_clips_that_a_network_can_read(plugins: Run) -> None:
    result = plugins("check", "keypoints_followed")
    assert result.status == 0, result.stderr
    assert "ok  Real clips score no worse than trembling ones" in result.stdout


def test_check_ends_at_the_rule_that_is_broken(plugins: Run) -> None:
    result = plugins("check", "still")
    assert_one_line(result, "Still: expected motion, but the keypoints at 0.2 s and 0.7 s are the same")
    assert "ok  Keypoints are finite" in result.stdout and "keeps its contract" not in result.stdout


def test_check_takes_settings(plugins: Run) -> None:
    assert_one_line(plugins("check", "folder"), "dataset.path is missing")
    assert_one_line(
        plugins("check", "actions", "-o", "motion.x=1"), "motion has no settings here; write dataset.KEY=VALUE"
    )
    assert_one_line(plugins("check", "actions", "-o", "dataset.zzz=1"), "dataset.zzz is not a setting of Actions")


def test_only_detectors_take_a_video(plugins: Run, tmp_path: Path) -> None:
    assert_one_line(plugins("check", "rnn", "--video", str(tmp_path / "a.mp4")), "--video is for detectors")


def test_the_built_in_wins_a_clash_with_a_warning(plugins: Run) -> None:
    result = plugins("show", "ode")
    assert result.stderr.startswith("warning: ") and "the other is called motionkit-toyplugin:ode" in result.stderr
    assert result.status == 0 and "motionkit.motion.ode:OdeMotion" in result.stdout
    assert "toyplugin:Sway" in plugins("show", "motionkit-toyplugin:ode").stdout
