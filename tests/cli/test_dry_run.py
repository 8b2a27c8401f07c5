"""``motionkit train --dry-run``: every setting, in a form that trains the same when it is given back."""

from pathlib import Path

import pytest
import yaml
from command_line import here, tiny

from motionkit.interfaces import ConfigError

ASKED = {
    "both": [],
    "one stage of the paper": ["--stage", "motion", "--preset", "paper", "--motion", "sde", "--seed", 3, "--steps", 7],
    "another objective": ["--render-objective", "adversarial", "--stage", "render", "--minutes", 0.5],
    "a whole generator": ["--generator", "blinker", "--precision", "bf16-mixed"],
}


@pytest.mark.usefixtures("toys")
@pytest.mark.parametrize("asked", ASKED)
def test_what_it_prints_settles_to_itself(
    asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    here("train", *ASKED[asked], "--dry-run")
    first = capsys.readouterr().out
    file = tmp_path / "settings.yaml"
    file.write_text(first)
    here("train", "--config", file, "--dry-run")
    assert capsys.readouterr().out == first
    assert {path.name for path in tmp_path.iterdir()} == {"site", "settings.yaml"}


def test_options_go_before_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("training: {stage: motion, seed: 3, steps: 9}\nloop: {workers: 2}\n")
    here("train", "--config", file, "--seed", 8, "-o", "loop.workers=0", "-o", "training.steps=5", "--dry-run")
    document = yaml.safe_load(capsys.readouterr().out)
    assert document["training"] == {"stage": "motion", "seed": 8, "precision": "32", "steps": 5, "minutes": None}
    assert document["loop"]["workers"] == 0 and "renderer" not in document


def test_a_run_of_the_file_is_that_of_the_options(
    tiny_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "settings.yaml"
    here("train", "--resume", tiny_run, "--dry-run")
    file.write_text(capsys.readouterr().out)
    here("train", "--config", file, "--out", tmp_path / "run")
    for name in ("motion", "renderer"):
        weights = f"{name}.safetensors"
        assert (tmp_path / "run" / weights).read_bytes() == (tiny_run / weights).read_bytes()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "training.stages=motion"], "training.stages is not a setting of TrainingChoice; did you mean"),
        (["-o", "training.stage=video"], "training.stage is video, the stage of a whole generator: name one"),
        (["-o", "training=3"], "training should hold settings by name, not 3"),
        ([*tiny(), "-o", "motion.hiden=3"], "did you mean motion.hidden"),
    ],
)
def test_what_could_not_be_trained_is_refused(words: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        here("train", "--dry-run", *words)
