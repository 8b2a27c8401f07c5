import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from motionkit.interfaces import RunError
from motionkit.io.run import RunFolder


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    run = RunFolder.create(tmp_path / "run", {"seed": 1, "budget": {"steps": 5}})
    run.save_weights("motion", {"w": torch.arange(4.0)}, step=5)
    run.save_weights("renderer", {"w": torch.ones(2)}, step=5)
    run.save_state("motion", {"steps": 5, "generator": {"w": torch.ones(2)}})
    return run


def test_round_trip(run: RunFolder) -> None:
    again = RunFolder.open(run.path)
    assert again.document == run.document
    assert torch.equal(again.load_weights("motion")["w"], torch.arange(4.0))
    state = again.load_state("motion")
    assert state is not None
    assert state["steps"] == 5
    assert again.load_state("render") is None


def test_a_moved_run_opens_and_a_new_budget_keeps_its_weights(run: RunFolder, tmp_path: Path) -> None:
    shutil.move(run.path, tmp_path / "elsewhere")
    moved = RunFolder.open(tmp_path / "elsewhere")
    moved.document["budget"] = {"steps": 50}
    moved.write_document()
    assert RunFolder.open(moved.path).load_weights("motion")


def test_a_run_is_never_overwritten(run: RunFolder) -> None:
    with pytest.raises(RunError, match="--resume"):
        RunFolder.create(run.path, {})


def test_a_folder_where_a_killed_process_began_a_run_is_free(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".lock").touch()
    (tmp_path / "run" / ".holder").write_text("process 1 on nowhere")
    assert RunFolder.create(tmp_path / "run", {}).path == tmp_path / "run"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda p: (p / "motion.safetensors").unlink(), "motion.safetensors is missing"),
        (lambda p: (p / "motion.safetensors").write_bytes(b""), "is damaged"),
        (lambda p: (p / "motion.safetensors").write_bytes((p / "motion.safetensors").read_bytes()[:-3]), "is damaged"),
        (lambda p: shutil.copy(p / "renderer.safetensors", p / "motion.safetensors"), "of renderer, not of mot"),
        (lambda p: (p / "run.json").write_text('{"format": 2, "seed": 2}'), "belongs to another run"),
    ],
)  # fmt: skip
def test_damaged_and_swapped_weights_are_told(run: RunFolder, damage: object, message: str) -> None:
    damage(run.path)  # type: ignore[operator]
    with pytest.raises(RunError, match=message):
        RunFolder.open(run.path).load_weights("motion")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": 99}'])
def test_a_damaged_run_json_is_told(run: RunFolder, text: str) -> None:
    (run.path / "run.json").write_text(text)
    with pytest.raises(RunError, match=r"run\.json"):
        RunFolder.open(run.path)


def test_what_is_no_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no such folder"):
        RunFolder.open(tmp_path / "nothing")
    with pytest.raises(RunError, match=r"no run\.json"):
        RunFolder.open(tmp_path)


def test_a_state_file_cannot_run_code(run: RunFolder, tmp_path: Path) -> None:
    import os
    import pickle

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "pwned"),)

    (run.path / "motion.state.pt").write_bytes(pickle.dumps(Evil()))
    with pytest.raises(RunError, match="cannot go on"):
        run.load_state("motion")
    torch.save({"run": Evil()}, run.path / "motion.state.pt")
    with pytest.raises(RunError, match="cannot go on"):
        run.load_state("motion")
    assert not (tmp_path / "pwned").exists()


def test_what_fails_half_way_leaves_the_old_file(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        run.save_weights("motion", {"w": torch.zeros(4)}, step=6)
    assert torch.equal(run.load_weights("motion")["w"], torch.arange(4.0))
    assert [path.name for path in run.path.glob(".*")] == []
    assert json.loads((run.path / "run.json").read_text())["seed"] == 1


def test_a_byte_order_mark_is_no_damage(run: RunFolder) -> None:
    file = run.path / "run.json"
    file.write_text(file.read_text(), encoding="utf-8-sig")
    assert RunFolder.open(run.path).document == run.document


@pytest.mark.parametrize("label", ["null", "[1]", "3", "{"])
def test_weights_whose_label_is_none_are_damaged(run: RunFolder, label: str) -> None:
    save_file({"w": torch.ones(2)}, run.path / "motion.safetensors", {"motionkit": label})
    with pytest.raises(RunError, match="is damaged"):
        run.load_weights("motion")


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"format": ' + b"9" * 5000 + b"}", b"[]", b"\xff"])
def test_a_description_of_any_damage_is_told(run: RunFolder, content: bytes) -> None:
    (run.path / "run.json").write_bytes(content)
    with pytest.raises(RunError, match=r"run\.json is damaged"):
        RunFolder.open(run.path)
