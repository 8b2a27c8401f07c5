"""Every example runs from beginning to end, small."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(name: str, *options: object) -> str:
    command = [sys.executable, str(EXAMPLES / name), *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("01_by_hand.py", ["--clips", 8], "diversity"),
        ("02_with_motionkit.py", [], "nfe"),
        ("03_write_a_motion.py", [], "ok  Shared times give the same keypoints"),
    ],
)
def test_trains_and_draws_what_it_learnt(name: str, options: list[object], says: str, tmp_path: Path) -> None:
    printed = run(name, *options, "--steps", 2, "--out", tmp_path)
    assert "step 1 " in printed
    assert says in printed
    assert (tmp_path / "keypoints.png").read_bytes()[:4] == b"\x89PNG"


def test_slow_motion_has_as_many_frames_of_less_motion(tiny_run: Path, tmp_path: Path) -> None:
    printed = run("04_slow_motion.py", tiny_run, "--seconds", 0.5, "--fps", 20, "--out", tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"own-speed.mp4", "quarter-speed.mp4", "slowing-down.mp4"}
    assert printed.count("10 frames of") == 3
    assert "10 frames of 0.50 s" in printed and "10 frames of 0.12 s" in printed and "10 frames of 0.31 s" in printed


def test_the_list_of_examples_is_whole() -> None:
    text = (EXAMPLES / "README.md").read_text()
    assert [path.name for path in EXAMPLES.glob("*.py") if f"({path.name})" not in text] == []
