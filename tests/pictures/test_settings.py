"""Nobody's matplotlib settings are read, nor do they stop anything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

DRAW = """
import hashlib, sys
from motionkit.pictures.plots.figure import blank_figure, drawn
import matplotlib
with blank_figure(2, 1) as figure:
    figure.subplots().plot([0, 1], [1, 0], label="a")
    print(hashlib.sha256(drawn(figure).tobytes()).hexdigest(), matplotlib.rcParams["backend"])
"""


def draw(cwd: Path, **env: str) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MPL")}
    done = subprocess.run(
        [sys.executable, "-c", DRAW], capture_output=True, text=True, cwd=cwd, env=kept | env, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.split()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    return draw(tmp_path_factory.mktemp("nothing"))[0]


def test_a_notebooks_backend_that_is_not_here_stops_nothing_and_one_that_is_stays(plain: str, tmp_path: Path) -> None:
    assert draw(tmp_path, MPLBACKEND="module://not_installed_anywhere.backend")[0] == plain
    assert draw(tmp_path, MPLBACKEND="svg") == [plain, "svg"]


def test_a_settings_file_and_a_folder_that_cannot_be_written_are_passed_over(plain: str, tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("font.size: banana\nlines.linewidth: 9\nbackend: nonsense\n")
    assert draw(tmp_path, MPLCONFIGDIR="/proc/nowhere", MATPLOTLIBRC=str(tmp_path / "none"))[0] == plain
