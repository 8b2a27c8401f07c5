import json
import os
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from measuring import measure, train_on

import motionkit as mk
from motionkit.interfaces import RunError
from motionkit.runs.comparison import differences, measured_otherwise, score_text, scores_table
from motionkit.runs.run import Run, age, runs_in


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_run, tmp_path / "runs" / "first"))


def changed(run: Path, name: str, section: str, **settings: object) -> Path:
    """A copy of a run whose run.json has other settings."""
    other = Path(shutil.copytree(run, run.with_name(name)))
    document = json.loads((other / "run.json").read_text())
    document["components"][section]["config"] |= settings
    (other / "run.json").write_text(json.dumps(document))
    return other


def test_a_run_says_what_was_trained_on_what_and_how_far(run: Path) -> None:
    it = mk.Run.open(run)
    assert it.parts == {"motion": "ode", "renderer": "compose"}
    assert it.data == "actions"
    assert {stage: trained.steps for stage, trained in it.trained.items()} == {"motion": 6, "render": 6}
    assert it.settings["motion"] == "ode" and it.settings["motion.width"] == 16
    assert it.settings["render_objective.first.batch"] == 4
    assert repr(it) == f"Run('{run}': motion ode, renderer compose; motion 6, render 6 steps)"


def test_what_is_not_finished_says_of_how_many_steps(run: Path) -> None:
    document = json.loads((run / "run.json").read_text())
    for budget, said in (
        ({"steps": 50, "minutes": None}, "6 of 50"),
        ({"steps": None, "minutes": 2.0}, "6"),
        ({"steps": None, "minutes": None}, "6 of 3000"),  # the preset's
    ):
        (run / "run.json").write_text(json.dumps(document | {"budget": budget}))
        assert str(Run.open(run).trained["motion"]) == said
    (run / "motion.safetensors").unlink()
    assert Run.open(run).trained["motion"].steps == 0


def test_its_age_is_that_of_its_weights(run: Path) -> None:
    os.utime(run / "motion.safetensors", (1000, 1000))
    os.utime(run / "renderer.safetensors", (4000, 4000))
    assert Run.open(run).last_trained.timestamp() == 4000
    now = datetime.now(timezone.utc)
    for seconds, said in ((0, "0 s"), (59.9, "59 s"), (60, "1 min"), (7199, "1 h"), (86400 * 9, "9 d"), (-5, "0 s")):
        assert age(now - timedelta(seconds=seconds), now) == said


def test_scores_are_told_from_those_of_earlier_weights(run: Path) -> None:
    assert Run.open(run).scores == {} and not Run.open(run).is_measured
    measure(run, velocity=2.5)
    it = Run.open(run)
    assert it.is_measured and it.scores["velocity"].value == 2.5
    assert score_text(it, "velocity") == "2.5" and score_text(it, "jerk") == "-"
    train_on(run)
    assert not Run.open(run).is_measured and score_text(Run.open(run), "velocity") == "2.5*"


def test_a_folder_of_runs_is_searched_and_what_is_damaged_stops_nothing(run: Path, tmp_path: Path) -> None:
    folder = run.parent
    deep = Path(shutil.copytree(run, folder / "bench" / "runs" / "second"))
    shutil.copytree(run, run / "card")  # of a run itself, and no run of its own
    shutil.copytree(run, folder / ".half-written")
    measure(Path(shutil.copytree(run, folder / "scored")), velocity=1)
    (folder / "scored" / "evaluation" / "scores.json").write_text("{}")
    (folder / "loop").symlink_to(folder)
    (folder / "linked").symlink_to(deep)
    for name, content in (
        ("old", '{"format": 1}'), ("cut", '{"format"'), ("foreign", '{"format": 2, "components": []}'),
    ):  # fmt: skip
        (folder / name).mkdir()
        (folder / name / "run.json").write_text(content)
    shutil.copytree(run, folder / "torn")
    (folder / "torn" / "motion.safetensors").write_bytes(b"\0" * 20)
    runs, problems = runs_in(folder)
    assert [it.name for it in runs] == [str(deep), str(run), str(folder / "linked")]
    assert {Path(name).name for name in problems} == {"old", "cut", "foreign", "torn", "scored"}
    assert "has format 1" in problems[str(folder / "old")]
    assert "is missing or damaged" in problems[str(folder / "torn")]
    assert [it.name for it in runs_in(run)[0]] == [str(run)]
    with pytest.raises(RunError, match="is not a folder"):
        runs_in(tmp_path / "nowhere")


def test_runs_differ_in_what_was_set(run: Path) -> None:
    wider = changed(run, "wider", "motion", width=32, hidden=8)
    two = [Run.open(run), Run.open(wider)]
    assert differences(two) == {"motion.width": [16, 32]}
    assert differences(two[:1] * 2) == {}
    critics = changed(run, "critics", "render_objective", feature=None)
    assert differences([two[0], Run.open(critics)]) == {}  # a setting of None is as good as none


def test_scores_of_runs_are_beside_each_other_if_they_can_be_compared(run: Path) -> None:
    other = changed(run, "other", "motion", width=16)
    measure(run, velocity=2, jerk=3)
    measure(other, {"n": 64}, velocity=4)
    two = [Run.open(run), Run.open(other)]
    table = scores_table(two)
    assert table.columns == ("metric", str(run), str(other), "real", "better")
    assert table.rows == [
        ("velocity", "2 (1.5 to 2.5)", "4 (3.5 to 4.5)", "1", "real"),
        ("jerk", "3 (2.5 to 3.5)", "-", "1", "lower"),
    ]
    assert measured_otherwise(two) == {"protocol.n": [8, 64]}
    assert measured_otherwise(two[:1] * 2) == {}


def test_a_notebook_shows_it_as_a_table_in_which_no_name_is_markup(run: Path) -> None:
    nasty = changed(run, "<b>run", "data", path="<script>alert(1)</script>")
    measure(nasty, **{"<i>velocity": 1})
    page = Run.open(nasty)._repr_html_()
    assert "<script" not in page and "<i>" not in page and "<b>" not in page
    assert "&lt;script&gt;" in page and "&lt;i&gt;velocity" in page and "0.5 to 1.5" in page
    assert "motion ode, renderer compose" in page
