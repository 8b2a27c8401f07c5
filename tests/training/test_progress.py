"""What a person reads while a stage trains."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from command_line import here, tiny

from motionkit.training.progress import StageProgress

MEANINGS = {"critics": "how badly the critics do", "code": "how far codes are from noise"}


def test_a_loss_is_explained_once_when_it_is_first_shown(capsys: pytest.CaptureFixture[str]) -> None:
    accelerator: Any = SimpleNamespace(is_main_process=True)
    with StageProgress("motion", 9, MEANINGS, accelerator) as progress:
        progress.show({"code": 1.0, "own": 2.0})
        head, line = capsys.readouterr().err.splitlines()
        assert head == "motion: what the numbers say" and line.split(maxsplit=1) == ["code", MEANINGS["code"]]
        progress.show({"code": 0.5, "critics": 2.77})
        head, line = capsys.readouterr().err.splitlines()
        assert line.split(maxsplit=1) == ["critics", MEANINGS["critics"]]
        progress.show({"code": 0.5, "critics": 2.77})
        assert capsys.readouterr().err == ""


@pytest.mark.parametrize("objective", ["adversarial", "variational"])
def test_every_loss_of_a_built_in_objective_is_explained(
    objective: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tiny("loop.checkpoint_every=4", encoders=objective == "variational")
    games = ["--motion-objective", objective, "--render-objective", objective]
    here("train", "--out", tmp_path / "run", "--steps", 4, *games, *settings)
    told = capsys.readouterr().err
    for stage in ("motion", "render"):
        (line,) = re.findall(rf"^{stage} 4/4 .*steps/s  (.*)$", told, re.MULTILINE)
        shown = re.findall(r"([a-z]+) [-\d.e]+", line)
        explained = re.findall(r"^  ([a-z]+)  +\S", told, re.MULTILINE)
        assert len(shown) > 1 and set(shown) <= set(explained)
