"""The script that makes a pretrained run of a trained one."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from command_line import here
from pretraining import PACKING
from safetensors.torch import load_file

import motionkit as mk
from motionkit.interfaces import RunError
from motionkit.io.run import RunFolder


def pack(*arguments: Any) -> None:
    PACKING["pack"](*arguments)


def test_it_is_half_as_large_and_makes_nearly_the_same(tiny_run: Path, tmp_path: Path) -> None:
    pack(RunFolder.open(tiny_run), tmp_path / "tiny", "# tiny\n")
    assert {path.name for path in (tmp_path / "tiny").iterdir()} == {
        "card.md", "run.json", "motion.safetensors", "motion_encoder.safetensors", "renderer.safetensors",
        "appearance_encoder.safetensors",
    }  # fmt: skip
    kept = load_file(tmp_path / "tiny" / "motion.safetensors")
    assert {weight.dtype for weight in kept.values()} == {torch.float16}
    times = mk.frame_times(0.5, 8)
    small, large = (mk.load(run).sample(2, times=times).video_BTCHW for run in (tmp_path / "tiny", tiny_run))
    torch.testing.assert_close(small, large, atol=0.02, rtol=0)


def test_folders_of_this_machine_are_not_told(tiny_run: Path, tmp_path: Path) -> None:
    document = json.loads((tiny_run / "run.json").read_text())
    document["components"]["data"]["config"] = {"path": "/home/somebody/clips"}
    document["origin"] = {"run": "/home/somebody/runs/first", "fingerprint": "0"}
    told = PACKING["portable"](document)
    assert "somebody" not in json.dumps(told)
    assert told["components"]["data"]["config"]["path"] == "clips" and told["origin"]["run"] == "first"
    document["origin"]["run"] = "pretrained:first"
    assert PACKING["portable"](document)["origin"]["run"] == "pretrained:first"


def test_its_card_says_how_it_came_about_and_how_good_it_is(tiny_run: Path, tmp_path: Path) -> None:
    options = ["-n", 4, "--metrics", "acceleration", "-o", "protocol.resamples=3", "--seed", 5]
    here("evaluate", tiny_run, *options, "--json", tmp_path / "scores.json", "--out", tmp_path)
    measured = json.loads((tmp_path / "scores.json").read_text())
    run = RunFolder.open(tiny_run)
    card = PACKING["card_of"](run, "tiny", ["motionkit train --steps 6"], measured)
    assert (
        "`ode` and `compose`, trained on `actions` with seed 0" in card and "motionkit generate pretrained:tiny" in card
    )
    assert "motionkit train --steps 6" in card and "4 clips of 16 frames at 16 a second, seed 5" in card
    assert f"| acceleration | {measured['scores']['acceleration']['value']:.4g} |" in card
    assert "Not measured." in PACKING["card_of"](run, "tiny", [], None)
    measured["weights"]["motion.safetensors"] = "others"
    with pytest.raises(RunError, match="measured of other weights"):
        PACKING["card_of"](run, "tiny", [], measured)


def test_what_is_there_stays(tiny_run: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is there already"):
        pack(RunFolder.open(tiny_run), tmp_path, "")


def test_a_weight_too_large_for_half_precision_is_told(tiny_run: Path, tmp_path: Path) -> None:
    original = RunFolder.open(tiny_run)
    run = RunFolder.create(tmp_path / "run", {key: it for key, it in original.document.items() if key != "format"})
    for file in tiny_run.glob("*.safetensors"):
        weights = original.load_weights(file.stem)
        if file.stem == "motion":
            next(iter(weights.values())).fill_(1e6)
        run.save_weights(file.stem, weights, 1)
    with pytest.raises(RunError, match="infinite or NaN"):
        pack(run, tmp_path / "packed", "")
    assert not (tmp_path / "packed").exists()
