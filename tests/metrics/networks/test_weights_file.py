import hashlib
import json
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import nn

from motionkit.interfaces import DataError
from motionkit.metrics.networks.action_classifier import TrainedExtractor
from motionkit.metrics.networks.pose_reader import SHIPPED as READER
from motionkit.metrics.networks.weights_file import SHIPPED, WeightsFile, fill, save_weights

STORY = {"network": "line", "data": "made up"}


def test_round_trip_in_half_precision(tmp_path: Path) -> None:
    network = nn.Linear(3, 2)
    save_weights(tmp_path / "a", network, STORY)
    save_weights(tmp_path / "b", network, STORY)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    tensors, story = WeightsFile(tmp_path / "a").trained("line")
    assert story == STORY
    assert torch.equal(tensors["weight"], network.weight.half().float())


def test_the_hash_is_the_file_s_and_is_compared(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"something")
    sha256 = hashlib.sha256(b"something").hexdigest()
    assert WeightsFile(path, sha256.upper()).sha256 == sha256
    with pytest.raises(DataError, match=f"its SHA-256 is {sha256}, not {'0' * 64}"):
        WeightsFile(path, "0" * 64)


def metadata_without_a_story(path: Path) -> None:
    path.write_bytes(safetensors.torch.save({"weight": torch.zeros(1)}))


def cut_off(path: Path) -> None:
    path.write_bytes((SHIPPED / READER).read_bytes()[:1000])


def of_another_network(path: Path) -> None:
    path.write_bytes((SHIPPED / READER).read_bytes())


def lacking_a_layer(path: Path) -> None:
    labels = ["a", "b"]
    content = safetensors.torch.save(
        {"logits.bias": torch.zeros(2)},
        {"motionkit": json.dumps({"network": "action classifier", "labels": labels, "data": "x"})},
    )
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (lambda path: None, "cannot be read"),
        (lambda path: path.mkdir(), "cannot be read"),
        (lambda path: path.write_bytes(b""), "is not a safetensors file"),
        (lambda path: path.write_bytes(b"x" * 99), "is not a safetensors file"),
        (metadata_without_a_story, "is not a safetensors file that motionkit's training scripts wrote"),
        (cut_off, "is not a safetensors file"),
        (of_another_network, "is for the network 'pose reader', not 'action classifier'"),
        (lacking_a_layer, "it lacks layers.0.weight"),
    ],
)
def test_wrong_weights_are_refused_in_one_line(tmp_path: Path, make: object, cause: str) -> None:
    path = tmp_path / "weights"
    make(path)  # type: ignore[operator]
    with pytest.raises(DataError, match=cause) as caught:
        TrainedExtractor(path, None)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


class Program:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("import pathlib; pathlib.Path('ran').touch()",)


def test_a_state_dict_that_is_a_program_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"weight": Program()}, tmp_path / "weights")
    with pytest.raises(DataError, match="not a file of tensors alone"):
        WeightsFile(tmp_path / "weights").state_dict()
    assert not (tmp_path / "ran").exists()


def test_fill_says_which_network_was_expected(tmp_path: Path) -> None:
    torch.save({"weight": torch.zeros(3, 3), "bias": torch.zeros(3)}, tmp_path / "weights")
    file = WeightsFile(tmp_path / "weights")
    with pytest.raises(DataError, match="does not hold the weights of a line: its names or shapes are others"):
        fill(nn.Linear(2, 2), file.state_dict(), file, "a line")
