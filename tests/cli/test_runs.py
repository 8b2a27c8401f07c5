import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine, here
from measuring import measure, train_on


@pytest.fixture
def runs(tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs in ``runs``, both measured; the test stands beside it."""
    for name, seed, value in (("a", 0, 3.0), ("b", 1, 2.0)):
        path = Path(shutil.copytree(tiny_run, tmp_path / "runs" / name))
        document = json.loads((path / "run.json").read_text())
        (path / "run.json").write_text(json.dumps(document | {"seed": seed}))
        measure(path, trajectory_frechet=value, velocity=value)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runs"


def listed(capsys: pytest.CaptureFixture[str], *words: object) -> list[str]:
    """The names of the runs that are listed, in their order."""
    here("runs", *words, "--json")
    return [Path(run["run"]).name for run in json.loads(capsys.readouterr().out)["runs"]]


def test_a_list_is_a_table_with_scores(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here("runs")
    printed = capsys.readouterr().out
    assert "runs/a" in printed and "actions" in printed and "trajectory_frechet" in printed
    assert "velocity" not in printed and "earlier weights" not in printed
    (runs / "c").mkdir()
    (runs / "c" / "run.json").write_text("{}")
    train_on(runs / "a")
    here("runs", runs, "--metrics", "velocity")
    printed = capsys.readouterr().out
    assert "velocity" in printed and "trajectory_frechet" not in printed
    assert "* of earlier weights" in printed and f"without {runs / 'c'}: " in printed


def test_the_best_can_come_first(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(capsys, "--sort", "name") == ["a", "b"]
    assert listed(capsys, "list", runs, "--sort", "trajectory_frechet") == ["b", "a"]
    measure(runs / "a", keypoints_followed=0.9)
    measure(runs / "b", keypoints_followed=0.8)
    assert listed(capsys, "--sort", "keypoints_followed") == ["a", "b"]
    measure(runs / "b", velocity=0.5)  # nearer to the floor, 1, than 3 is
    measure(runs / "a", velocity=3)
    assert listed(capsys, "--sort", "velocity") == ["b", "a"]
    (runs / "b" / "evaluation" / "scores.json").unlink()
    assert listed(capsys, "--sort", "velocity") == ["a", "b"]


def test_show_tells_settings_and_scores(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here("runs", "show", "runs/a")
    printed = capsys.readouterr().out
    assert "motion.width" in printed and "2.5 to 3.5" in printed and "renderer.safetensors" in printed
    here("runs", "show", "runs/a", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["settings"]["motion.width"] == 16 and told["scores"]["velocity"]["value"] == 3
    assert told["scores_of_these_weights"] and told["steps"] == {
        "motion": {"steps": 6, "planned": 6}, "render": {"steps": 6, "planned": 6},
    }  # fmt: skip
    here("runs", "show", "pretrained:actions")
    assert "motionkit evaluate pretrained:actions" in capsys.readouterr().out


def test_compare_puts_runs_beside_each_other(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measure(runs / "b", {"n": 64}, trajectory_frechet=2)
    here("runs", "compare", "runs/a", "runs/b")
    printed = capsys.readouterr().out
    assert "seed" in printed and "motion.width" not in printed and "2 (1.5 to 2.5)" in printed
    assert "can't be compared: they were measured with protocol.n 8 and 64" in printed
    here("runs", "compare", "runs/a", "runs/b", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["differences"] == {"seed": [0, 1]} and told["measured_otherwise"] == {"protocol.n": [8, 64]}
    here("runs", "compare", "runs/a", "runs/a")
    assert "They have the same settings." in capsys.readouterr().out


def test_what_is_wrong_is_said_in_one_line(runs: Path, motionkit: CommandLine) -> None:
    for words, message in (
        (["nowhere"], "nowhere is not a folder"),
        (["--sort", "velocty"], "did you mean velocity?"),
        (["--metrics", "jerk"], "no run here was measured by jerk"),
        (["show", "runs"], "runs is not a run folder"),
        (["show", "pretrained:action"], "did you mean actions?"),
    ):
        done = motionkit("runs", *words, status=1)
        assert message in done.stderr and done.stderr.count("\n") == 1
    assert "compare wants two runs" in motionkit("runs", "compare", "runs/a", status=2).stderr
    (runs / "empty").mkdir()
    assert motionkit("runs", "runs/empty").stdout == "there is no run in runs/empty\n"


def test_a_list_waits_for_no_torch(runs: Path) -> None:
    code = (
        "import sys; from motionkit.cli import main; sys.argv = ['motionkit', *sys.argv[1:]]\n"
        "try: main()\nfinally: print({'torch', 'av', 'matplotlib', 'PIL'} & sys.modules.keys())"
    )
    for words in (["runs"], ["runs", "compare", "runs/a", "runs/b"], ["runs", "show", "runs/a"]):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=runs.parent)
        assert done.stdout.endswith("set()\n"), done.stdout + done.stderr
