"""What is printed, whatever it is printed on; and completion, which is asked at each press of a key."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine
from films import films

from motionkit.io.manifest import read_manifest

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}


@pytest.mark.parametrize(
    ("env", "name"),
    [
        (ASCII, "vidéo"),
        ({"PYTHONIOENCODING": "ascii"}, "vidéo"),
        ({"COLUMNS": "0", "LINES": "0", "NO_COLOR": "1"}, "vidéo"),
    ],
)
def test_tables_and_names_are_shown_as_far_as_the_output_can(
    motionkit_process: CommandLine, tmp_path: Path, env: dict[str, str], name: str
) -> None:
    assert "ode" in motionkit_process("plugins", "list", **env).stdout
    films(tmp_path / "in", name, "latin")
    for ending in (".mp4", ".keypoints.json"):
        os.rename(tmp_path / "in" / f"latin{ending}", os.fsencode(tmp_path) + b"/in/caf\xe9" + ending.encode())
    table = motionkit_process(
        "prepare", tmp_path / "in", "--out", tmp_path / "out", "--detector", "sidecar", **env
    ).stdout
    seen = name if "COLUMNS" in env else name.replace("é", "?")
    assert f"{seen}.mp4" in table and "caf\\xe9.mp4" in table and "2 videos" in table
    assert [video.source for video in read_manifest(tmp_path / "out").videos] == ["caf\\xe9.mp4", f"{name}.mp4"]


def test_an_empty_rank_is_none(motionkit_process: CommandLine) -> None:
    assert "version" in motionkit_process("--version", RANK="").stdout


@pytest.mark.parametrize(
    "program", ["['motionkit', 'plugins', 'list']", "['motionkit', '--help']", "['motionkit', 'plugins', '--help']"]
)
def test_lists_and_help_wait_for_no_heavy_library(program: str) -> None:
    asked = f"import sys; sys.argv = {program}\nfrom motionkit.cli import main\n"
    asked += "try:\n    main()\nexcept SystemExit:\n    pass\n"
    asked += "print('heavy:', sorted({'torch', 'numpy', 'pydantic', 'matplotlib'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "heavy: []", done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [("motionkit ", "train"), ("motionkit pr", "prepare"), ("motionkit --", "--version")],
)
def test_commands_are_completed_without_them(words: str, expected: str) -> None:
    program = "import atexit, sys; sys.argv = ['motionkit']; from motionkit.cli import main\n"
    program += "atexit.register(lambda: print('torch' in sys.modules, len(sys.modules))); main()"
    env = {"COMP_WORDS": words, "COMP_CWORD": "1", "_MOTIONKIT_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=os.environ | env, timeout=120
    )
    assert f"plain,{expected}" in done.stdout.splitlines()
    assert "False" in done.stdout.splitlines()[-1]


def test_frames_wait_for_no_plots() -> None:
    asked = "import sys, motionkit.cli.generate, motionkit.cli.mix; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=120)
    assert done.stdout == "False\n", done.stderr
