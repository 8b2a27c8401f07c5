"""A run that starts from another: with its weights, its parts and its settings, or a word on why not."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from command_line import TINY, here

from motionkit.interfaces import RunError
from motionkit.io.run import RunFolder
from motionkit.training.experiment import Experiment
from motionkit.training.origin import first_states, inherited

RATES = ["-o", "motion_objective.generator_rate=1e-9", "-o", "motion_objective.discriminator_rate=1e-9"]


def weights(run: Path | str, role: str = "motion") -> dict[str, torch.Tensor]:
    return RunFolder.open(run).load_weights(role)


def furthest(some: dict[str, torch.Tensor], others: dict[str, torch.Tensor]) -> float:
    assert some.keys() == others.keys()
    return max(float((some[name] - others[name]).abs().max()) for name in some)


def test_it_starts_from_the_weights_and_says_so(tiny_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    here("train", "--from", tiny_run, "--stage", "motion", "--steps", 1, "--seed", 3, "--out", out, *RATES)
    for role in ("motion", "motion_encoder"):
        assert furthest(weights(out, role), weights(tiny_run, role)) < 1e-5
    document = json.loads((out / "run.json").read_text())
    assert document["origin"] == {"run": str(tiny_run), "fingerprint": RunFolder.open(tiny_run).fingerprint}
    assert document["stages"] == ["motion"] and document["components"].keys() == {
        "data", "motion", "motion_discriminator", "motion_encoder", "motion_objective"
    }  # fmt: skip
    before = RunFolder.open(tiny_run).document["components"]
    assert document["components"]["motion"] == before["motion"] and document["components"]["data"] == before["data"]
    critics, earlier = (RunFolder.open(run).load_state("motion")["objective"] for run in (out, tiny_run))
    judges = [name for name in critics if name.startswith("critics.") and name.endswith("original")]
    assert judges and all(torch.allclose(critics[name], earlier[name], atol=1e-5) for name in judges)


def test_both_stages_go_on_on_other_data(tiny_run: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    options = ["-o", "data.actions=[jack]", "-o", "loop.workers=0"]
    here("train", "--from", tiny_run, "--data", "actions", "--steps", 3, "--out", out, *options)
    document = json.loads((out / "run.json").read_text())
    assert document["stages"] == ["motion", "render"]
    assert document["components"]["data"]["config"]["actions"] == ["jack"]
    assert furthest(weights(out), weights(tiny_run)) > 0
    assert RunFolder.open(out).load_state("render")["steps"] == 3


def test_a_pretrained_run_lends_all_but_its_critics(tiny_pretrained: str, tmp_path: Path) -> None:
    out = tmp_path / "run"
    here("train", "--from", tiny_pretrained, "--stage", "motion", "--steps", 1, "--out", out, *RATES)
    assert furthest(weights(out), weights(tiny_pretrained)) < 1e-5
    assert json.loads((out / "run.json").read_text())["origin"]["run"] == "pretrained:tiny"


def settled(origin: RunFolder, stages: tuple[str, ...] = ("motion",), names=None, settings=None) -> Experiment:
    found, chosen = inherited(origin, stages, names or {}, settings or {})
    return Experiment.settle(stages, found, "small", chosen, 0, "32")


def test_other_critics_and_another_game_begin_anew(tiny_run: Path) -> None:
    origin = RunFolder.open(tiny_run)
    heatmaps = {"motion_discriminator": {"size": 8, "widths": [8, 8]}}
    names = {"motion_discriminator": "heatmap", "motion_objective": "adversarial"}
    experiment = settled(origin, names=names, settings=heatmaps)
    assert "motion_encoder" not in experiment.components
    state = first_states(experiment, origin)["motion"]
    assert state["steps"] == 0
    wanted = origin.load_weights("motion")
    assert all(torch.equal(state["average"][f"module.motion.{name}"], wanted[name]) for name in wanted)


def test_settings_that_the_origin_does_not_tell_are_not_the_presets(tiny_run: Path) -> None:
    origin = RunFolder.open(tiny_run)
    motion = origin.document["components"]["motion"]
    told = {key: value for key, value in motion["config"].items() if key != "pace"}
    components = origin.document["components"] | {"motion": motion | {"config": told}}
    older = RunFolder(origin.path, origin.document | {"components": components})
    assert settled(older).components["motion"].config["pace"] == 1.0


def test_settings_that_change_no_weight_may_change(tiny_run: Path) -> None:
    origin = RunFolder.open(tiny_run)
    experiment = settled(origin, settings={"motion": {"knots_per_second": 12}, "motion_objective": {"batch": 2}})
    first_states(experiment, origin)
    assert experiment.components["motion"].config["knots_per_second"] == 12
    assert experiment.components["motion"].config["hidden"] == 8
    assert experiment.config("motion").batch == 2 and experiment.config("motion").frames == 6


def test_what_does_not_fit_is_told(tiny_run: Path, tmp_path: Path) -> None:
    origin = RunFolder.open(tiny_run)
    with pytest.raises(RunError, match=r"the motion of .* is ode, so rnn can't start from its weights"):
        settled(origin, names={"motion": "rnn"})
    with pytest.raises(RunError, match=r"the motion that was set is of another size than that of .*tiny"):
        first_states(settled(origin, settings={"motion": {"hidden": 12}}), origin)
    with pytest.raises(RunError, match="the motion_discriminator that was set is of another size"):
        first_states(settled(origin, settings={"motion_discriminator": {"frame_width": 8}}), origin)
    with pytest.raises(RunError, match=r"learnt the keypoints of coco-17, but those of the data are face-13"):
        first_states(settled(origin, names={"data": "faces"}), origin)
    here("train", "--from", tiny_run, "--stage", "motion", "--steps", 1, "--out", tmp_path / "moves")
    with pytest.raises(RunError, match="trained no renderer"):
        settled(RunFolder.open(tmp_path / "moves"), stages=("motion", "render"))


def test_nothing_is_written_where_it_does_not_fit(tiny_run: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="another size"):
        here("train", "--from", tiny_run, "-o", "motion.hidden=12", "--steps", 1, "--out", tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_it_resumes_when_its_origin_is_gone(tiny_run: Path, tmp_path: Path) -> None:
    origin, out = shutil.copytree(tiny_run, tmp_path / "origin"), tmp_path / "run"
    here("train", "--from", origin, "--stage", "motion", "--steps", 1, "--out", out)
    shutil.rmtree(origin)
    here("train", "--resume", out, "--steps", 2)
    assert RunFolder.open(out).load_state("motion")["steps"] == 2


def test_a_whole_generator_starts_from_its_own(tmp_path: Path) -> None:
    small = [word for setting in TINY if setting.startswith(("loop", "data")) for word in ("-o", setting)]
    options = ["--steps", 1, "-o", "video_objective.batch=2", *small]
    here("train", "--generator", "mocogan", "--out", tmp_path / "a", *options)
    here("train", "--from", tmp_path / "a", "--out", tmp_path / "b", "--steps", 1)
    document = json.loads((tmp_path / "b" / "run.json").read_text())
    assert (
        document["stages"] == ["video"] and document["components"]["generator"]["name"] == "motionkit-mocogan:mocogan"
    )
