import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from command_line import here, tiny
from huggingface_hub import ModelCard
from measuring import measure, train_on
from PIL import Image
from safetensors.torch import load_file

import motionkit as mk
from motionkit.config import read_config_file
from motionkit.interfaces import RunError
from motionkit.io.run import RunFolder
from motionkit.runs.card import publish
from motionkit.runs.portable import portable, settings_yaml
from motionkit.runs.run import Run
from motionkit.training.experiment import Experiment


@pytest.fixture
def run(tiny_run: Path, tmp_path: Path) -> Path:
    path = Path(shutil.copytree(tiny_run, tmp_path / "runs" / "first"))
    measure(path, velocity=2, jerk=3)
    return path


def written(run: Path, out: Path, name: str = "me/first", **options: Any) -> str:
    publish(Run.open(run), out, name, **options)
    return (out / "README.md").read_text()


def test_the_folder_is_a_run_that_makes_the_same(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    written(run, out)
    assert {path.name for path in out.iterdir()} == {
        "README.md", "run.json", "picture.png", "evaluation", "motion.safetensors", "motion_encoder.safetensors",
        "renderer.safetensors", "appearance_encoder.safetensors",
    }  # fmt: skip
    times = mk.frame_times(0.5, 8)
    again, before = (mk.load(path).sample(2, times=times) for path in (out, run))
    assert torch.equal(again.video_BTCHW, before.video_BTCHW)
    assert Run.open(out).is_measured and Run.open(out).scores["velocity"].value == 2
    with Image.open(out / "picture.png") as picture:
        assert picture.height > 6 * 128


def test_in_half_precision_it_is_half_as_large_and_makes_nearly_the_same(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "before the weights were rounded" in written(run, out, half=True)
    assert {it.dtype for it in load_file(out / "motion.safetensors").values()} == {torch.float16}
    times = mk.frame_times(0.5, 8)
    small, large = (mk.load(path).sample(2, times=times).video_BTCHW for path in (out, run))
    torch.testing.assert_close(small, large, atol=0.02, rtol=0)
    assert json.loads((out / "evaluation" / "scores.json").read_text())["measured_before_rounding"]


def test_the_card_says_what_it_is_and_how_good(run: Path, tmp_path: Path) -> None:
    card = written(run, tmp_path / "out", licence="mit")
    assert "`ode` and `compose`, trained on `actions` with seed 0" in card
    assert (
        'motionkit.load("hub:me/first")' in card and "6 steps of stage `motion` and 6 steps of stage `render`" in card
    )
    assert "| velocity | 2 | 1.5 to 2.5 | 1 | real | 8 |" in card
    assert "motionkit train --config settings.yaml\n" in card
    card = written(run, tmp_path / "out", "pretrained:tiny", commands=["motionkit train --steps 6"])
    assert "the last training of each stage took" in card and "train the like" not in card
    assert "motionkit generate pretrained:tiny" in card and "motionkit train --steps 6\n" in card
    assert "settings.yaml" not in card and "license" not in card
    train_on(run)
    assert "Not measured since it was last trained." in written(run, tmp_path / "out")
    assert not (tmp_path / "out" / "evaluation").exists()


def test_the_hub_reads_its_head(run: Path, tmp_path: Path) -> None:
    data = ModelCard(written(run, tmp_path / "out", licence="mit")).data
    assert data.library_name == "motionkit" and data.license == "mit" and "ode" in data.tags
    results = {it.metric_type: (it.dataset_name, it.metric_value) for it in data.eval_results}
    assert results == {"velocity": ("actions", 2.0), "jerk": ("actions", 3.0)}


def test_its_settings_train_the_like(run: Path, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text(settings_yaml(Run.open(run)))
    settings = read_config_file(tmp_path / "settings.yaml")
    assert settings["motion_objective"].pop("steps") == settings["render_objective"].pop("steps") == 6
    known = Experiment.of(RunFolder.open(run))
    choice = settings.pop("training")
    assert (choice["stage"], choice["seed"], choice["precision"]) == ("both", known.seed, known.precision)
    like = Experiment.settle(known.stages, {}, "small", settings, known.seed, known.precision)
    assert like == known
    assert yaml.safe_load(settings_yaml(Run.open(run)))["loop"] == known.loop.model_dump()


def test_a_setting_that_is_newer_than_the_run_is_told_as_the_run_has_it(run: Path) -> None:
    document = json.loads((run / "run.json").read_text())
    del document["components"]["motion"]["config"]["pace"]
    (run / "run.json").write_text(json.dumps(document))
    assert yaml.safe_load(settings_yaml(Run.open(run)))["motion"]["pace"] == 1.0  # and not that of the preset small


def test_folders_of_this_machine_are_not_told(run: Path, tmp_path: Path) -> None:
    document = json.loads((run / "run.json").read_text())
    document["components"]["data"]["config"]["path"] = "/home/somebody/clips"
    document["components"]["motion"]["config"]["table"] = {"weights": ["C:\\Users\\somebody\\table.npz", "plain"]}
    document["origin"] = {"run": "../somebody/runs/base", "fingerprint": "0"}
    told = portable(document)
    assert "somebody" not in json.dumps(told)
    assert told["components"]["data"]["config"]["path"] == "clips" and told["origin"]["run"] == "base"
    assert told["components"]["motion"]["config"]["table"] == {"weights": ["table.npz", "plain"]}
    document["origin"]["run"] = "hub:me/base"
    assert portable(document)["origin"]["run"] == "hub:me/base"
    scores = json.loads((run / "evaluation" / "scores.json").read_text())
    scores["metrics"] = {"video_frechet": {"config": {"weights": str(tmp_path / "i3d.pt")}}}
    (run / "evaluation" / "scores.json").write_text(json.dumps(scores))
    written(run, tmp_path / "out")
    texts = [path.read_text() for path in (tmp_path / "out").rglob("*") if path.suffix in (".md", ".json")]
    assert len(texts) == 3 and not any(str(tmp_path) in text for text in texts)


def test_a_renderer_alone_says_what_it_is_for(tmp_path: Path) -> None:
    here("train", "--out", tmp_path / "run", "--steps", 1, *tiny(stage="render"))
    card = written(tmp_path / "run", tmp_path / "out")
    assert "motionkit transfer --motion pretrained:actions --renderer hub:me/first" in card
    assert not (tmp_path / "out" / "picture.png").exists()


def test_what_is_not_its_own_stays(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    written(run, out)
    (out / "old.safetensors").touch()
    written(run, out)
    assert not (out / "old.safetensors").exists()
    (out / "thesis.tex").touch()
    with pytest.raises(RunError, match=r"holds thesis\.tex, which no card has"):
        written(run, out)
    assert (out / "run.json").exists()


def test_a_weight_too_large_for_half_precision_is_told(run: Path, tmp_path: Path) -> None:
    folder = RunFolder.open(run)
    weights = folder.load_weights("motion")
    next(iter(weights.values())).fill_(1e6)
    folder.save_weights("motion", weights, 6)
    with pytest.raises(RunError, match="infinite or NaN"):
        written(run, tmp_path / "out", half=True)
    assert not (tmp_path / "out").exists()
