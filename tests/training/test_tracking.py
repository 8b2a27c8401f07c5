"""Trackers: TensorBoard's own files read back, and a stand-in that notes what it is told."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from accelerate.tracking import LOGGER_TYPE_TO_CLASS, GeneralTracker
from command_line import CommandLine, here, tiny
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from motionkit.interfaces import ConfigError
from motionkit.io.run import RunFolder
from motionkit.runs.run import Run
from motionkit.training.tracking import check, tracking


class Notebook(GeneralTracker):
    """Notes all that it is told, and under which environment."""

    name = "notebook"
    requires_logging_directory = False
    noted: list[tuple[Any, ...]] = []  # noqa: RUF012 - shared on purpose

    def __init__(self, project: str, **options: Any) -> None:
        super().__init__()
        self.noted.append(("init", project, options))

    def start(self) -> None:
        self.noted.append(("start", {key: os.environ.get(key) for key in ("WANDB_MODE", "MLFLOW_TRACKING_URI")}))

    @property
    def tracker(self) -> Any:
        return self.noted

    def store_init_configuration(self, values: dict[str, Any]) -> None:
        self.noted.append(("settings", values))

    def log(self, values: dict[str, Any], step: int | None = None, **options: Any) -> None:
        self.noted.append(("log", step, values))

    def log_images(self, values: dict[str, Any], step: int | None = None, **options: Any) -> None:
        self.noted += [("picture", step, name, pictures.shape, options) for name, pictures in values.items()]

    def finish(self) -> None:
        self.noted.append(("finish",))


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Any, ...]]]:
    monkeypatch.setitem(LOGGER_TYPE_TO_CLASS, "notebook", Notebook)
    Notebook.noted.clear()
    yield Notebook.noted


def events(folder: Path) -> EventAccumulator:
    found = EventAccumulator(str(folder), size_guidance={"images": 0, "scalars": 0})
    found.Reload()
    return found


def test_tensorboard_has_curves_and_pictures_by_default(tiny_run: Path) -> None:
    for stage, loss in (("motion", "reconstruction"), ("render", "reconstruction")):
        found = events(tiny_run / "events" / stage)
        assert f"{stage}/{loss}" in found.Tags()["scalars"]
        pictures = found.Images(f"{stage}/samples")
        assert [picture.step for picture in pictures] == [3, 6]
        assert pictures[0].encoded_image_string.startswith(b"\x89PNG") and pictures[0].width > 128
    assert [path.name for path in (tiny_run / "events").iterdir() if path.name not in ("motion", "render")] == []
    assert "track" not in json.loads((tiny_run / "run.json").read_text())


def test_another_tracker_is_told_settings_losses_and_pictures(tmp_path: Path, notebook: list[tuple[Any, ...]]) -> None:
    run = tmp_path / "first"
    options = tiny("loop.log_every=1", stage="motion")
    here("train", "--out", run, "--steps", 2, *options, "--track", "notebook")
    kinds = [note[0] for note in notebook]
    assert kinds == ["init", "start", "settings", "log", "log", "picture", "finish"]
    assert notebook[0] == ("init", "motionkit", {})
    settings = notebook[2][1]
    assert settings["motion"] == "ode" and settings["motion.width"] == 16 and settings["loop.log_every"] == 1
    assert settings["motion_objective.betas"] == "[0.5, 0.999]"  # text, as trackers want a list
    assert [(note[1], "motion/critics" in note[2]) for note in notebook if note[0] == "log"] == [(1, True), (2, True)]
    (picture,) = [note for note in notebook if note[0] == "picture"]
    assert picture[1:3] == (2, "motion/samples") and picture[3][0] == 1 and picture[3][3] == 3 and picture[4] == {}
    assert not list((run / "events").rglob("events.out*"))


def test_a_resumed_run_keeps_its_trackers_unless_it_is_told_others(
    tiny_run: Path, tmp_path: Path, notebook: list[tuple[Any, ...]]
) -> None:
    run = Path(shutil.copytree(tiny_run, tmp_path / "run"))
    weights = RunFolder.open(run).fingerprint
    here("train", "--resume", run, "--steps", 7, "--track", "notebook")
    assert json.loads((run / "run.json").read_text())["track"] == ["notebook"]
    assert RunFolder.open(run).fingerprint == weights
    assert [note[1] for note in notebook if note[0] == "picture"] == [7, 7]
    notebook.clear()
    here("train", "--resume", run, "--steps", 8)
    assert [note[0] for note in notebook].count("start") == 2
    notebook.clear()
    here("train", "--resume", run, "--steps", 9, "--track", "tensorboard")
    assert notebook == []
    assert [picture.step for picture in events(run / "events" / "motion").Images("motion/samples")] == [3, 6, 9]


def test_scores_go_where_curves_go(tiny_run: Path, tmp_path: Path, notebook: list[tuple[Any, ...]]) -> None:
    run = Path(shutil.copytree(tiny_run, tmp_path / "run"))
    options = ["-n", 4, "--metrics", "velocity", "-o", "protocol.resamples=3"]
    here("evaluate", run, *options)
    found, score = events(run / "events" / "evaluation"), Run.open(run).scores["velocity"]
    assert [(it.step, it.value) for it in found.Scalars("scores/velocity")] == [(6, pytest.approx(score.value))]
    assert [it.value for it in found.Scalars("real/velocity")] == [pytest.approx(score.floor)]
    assert len(found.Images("real above generated")) == 1
    document = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(document | {"track": ["notebook"]}))
    here("evaluate", run, *options, "--out", tmp_path / "elsewhere")
    assert notebook == []
    here("evaluate", run, *options)
    assert [note[1] for note in notebook if note[0] == "log"] == [6]
    (run / "run.json").write_text(json.dumps(document | {"track": ["missing"]}))
    with pytest.warns(UserWarning, match="not told its scores: there is no tracker missing"):
        here("evaluate", run, *options)


def test_nothing_leaves_the_machine_unless_the_user_said_so(
    tiny_run: Path, tmp_path: Path, notebook: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunFolder.open(shutil.copytree(tiny_run, tmp_path / "run"))
    monkeypatch.delenv("WANDB_MODE", raising=False)
    for name in ("wandb", "mlflow"):
        monkeypatch.setitem(LOGGER_TYPE_TO_CLASS, name, Notebook)

    def begun() -> dict[str, Any]:
        notebook.clear()
        with tracking(["wandb", "mlflow"], run, "motion", 3, {}):
            assert [note[2] for note in notebook if note[0] == "init"] == [
                {"name": "run-motion from step 3", "group": "run", "dir": str(run.path / "events")},
                {"run_name": "run-motion from step 3"},
            ]
            environment: dict[str, Any] = notebook[1][1]
            return environment

    assert begun() == {"WANDB_MODE": "offline", "MLFLOW_TRACKING_URI": f"file:{run.path / 'events'}/mlflow"}
    assert "WANDB_MODE" not in os.environ and "MLFLOW_TRACKING_URI" not in os.environ
    monkeypatch.setenv("WANDB_MODE", "online")
    assert begun()["WANDB_MODE"] == os.environ["WANDB_MODE"] == "online"


def test_what_is_not_there_is_refused_in_one_line(
    motionkit: CommandLine, tmp_path: Path, tiny_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "wandb" else object())
    for name, message in (
        ("wandb", "--track wandb needs the package wandb: pip install wandb"),
        ("wand", "there is no tracker wand; there are: aim, "),
    ):
        done = motionkit("train", "--out", tmp_path / "run", "--track", name, status=1)
        assert message in done.stderr and done.stderr.count("\n") == 1
        assert not (tmp_path / "run").exists()
    check(["mlflow", "tensorboard"])

    class Broken(Notebook):
        def start(self) -> None:
            raise OSError("no\nlogin")

    monkeypatch.setitem(LOGGER_TYPE_TO_CLASS, "broken", Broken)
    run = RunFolder.open(tiny_run)
    with (
        pytest.raises(ConfigError, match="the tracker broken did not start: no login"),
        tracking(["broken"], run, "motion", 0, {}),
    ):
        pass
