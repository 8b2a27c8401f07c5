"""Every example runs from beginning to end, small."""

import json
import runpy
from pathlib import Path

import pytest
from command_line import TINY, whole_program

from motionkit.config import parse_assignments

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(name: str, *options: object) -> str:
    """What an example prints, run as a program in this process."""
    with whole_program(options, None, {}) as (stdout, _):
        try:
            runpy.run_path(str(EXAMPLES / name), run_name="__main__")
        except SystemExit as end:
            assert not end.code, end.code
    printed: bytes = stdout.buffer.getvalue()
    return printed.decode()


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("01_by_hand.py", ["--clips", 8], "diversity"),
        ("02_with_motionkit.py", [], "diversity"),
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


def test_a_renderer_keeps_its_contract_and_trains(tmp_path: Path) -> None:
    printed = run("05_write_a_renderer.py", "--steps", 2, "--batch", 2, "--out", tmp_path)
    assert "ok  Frames differ with the keypoints, and with the noise" in printed
    assert "step 1 " in printed
    assert (tmp_path / "drawn.png").read_bytes()[:4] == b"\x89PNG"


def test_videos_become_clips_and_a_run(tmp_path: Path) -> None:
    printed = run("06_your_own_videos.py", "--minutes", 0.001, "--out", tmp_path, *tiny_of("data"))
    assert " clips, " in printed and " s in all, are in " in printed
    assert "dataset 'folder' of motionkit" in printed and "keeps its contract" in printed
    assert len(list((tmp_path / "run" / "generated").glob("clip-*.mp4"))) == 4


def test_one_run_draws_what_another_moves(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps(parse_assignments(TINY)))
    run("07_transfer.py", "--minutes", 0.001, "--out", tmp_path, "--config", settings)
    moves, draws = (json.loads((tmp_path / name / "run.json").read_text()) for name in ("moves", "draws"))
    assert moves["components"]["data"]["config"]["actions"] == ["wave1", "wave2"]
    drawing = {"renderer", "video_discriminator", "appearance_encoder", "render_objective"}
    assert draws["components"].keys() == {"data"} | drawing
    assert {path.name for path in (tmp_path / "clips").iterdir()} == {
        "contact-sheet.png", ".made", *(f"clip-{clip:03d}.mp4" for clip in range(4))
    }  # fmt: skip


def test_a_benchmark_reports_all_of_its_systems(tmp_path: Path) -> None:
    options = ["--minutes", 0.001, "--seeds", 1, "--clips", 4, "--metrics", "acceleration", "-o", "protocol.frames=4"]
    run(
        "08_a_fair_benchmark.py",
        *options,
        "--out",
        tmp_path,
        *tiny_of("renderer", "video_discriminator", "render_objective", "appearance_encoder"),
    )
    report = (tmp_path / "report.md").read_text()
    assert "ode" in report and "rnn" in report and "acceleration" in report


def test_real_people_are_played_mixed_and_left_gradually(tiny_run: Path, tmp_path: Path) -> None:
    printed = run("09_real_people_in.py", tiny_run, "--seconds", 0.5, "--fps", 20, "--out", tmp_path)
    assert "ann shows motion and appearance" in printed and "bob shows appearance" in printed
    assert printed.count(": 10 frames") == 3 and printed.count(": 40 frames") == 1
    assert (tmp_path / "compared.png").exists()
    assert len(list(tmp_path.glob("ann-to-bob-*.png"))) == 5
    assert len(list(tmp_path.glob("*.mp4"))) == 5


def tiny_of(*without: str) -> list[str]:
    """Options that make a run tiny, but for those sections."""
    return [word for setting in TINY if setting.partition(".")[0] not in without for word in ("-o", setting)]


def test_the_list_of_examples_is_whole() -> None:
    text = (EXAMPLES / "README.md").read_text()
    examples = [*EXAMPLES.glob("*.py"), *EXAMPLES.glob("*.ipynb")]
    assert [path.name for path in examples if f"({path.name})" not in text] == []
