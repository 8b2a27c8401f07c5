"""Which process this is, whatever the environment holds."""

from pathlib import Path

import pytest
from command_line import CommandLine, tiny

from motionkit.training.launch import launched, processes, rank

BY_TORCH = {
    "TORCHELASTIC_RUN_ID": "x", "RANK": "1", "LOCAL_RANK": "1", "WORLD_SIZE": "2", "MASTER_ADDR": "here",
    "MASTER_PORT": "29500",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, (True, 1, 2)),
        ({"TORCHELASTIC_RUN_ID": ""}, (False, 0, 1)),
        ({"RANK": ""}, (False, 0, 1)),
        ({"WORLD_SIZE": "two"}, (False, 0, 1)),
        ({"MASTER_ADDR": ""}, (False, 0, 1)),
    ],
)
def test_only_what_torchs_launcher_says_as_a_whole_counts(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], expected: tuple[bool, int, int]
) -> None:
    for name, value in (BY_TORCH | changed).items():
        monkeypatch.setenv(name, value)
    assert (launched(), rank(), processes()) == expected


def test_what_launchers_and_accelerate_left_behind_changes_nothing(
    motionkit_process: CommandLine, tmp_path: Path
) -> None:
    left = {
        "RANK": "3", "LOCAL_RANK": "3", "WORLD_SIZE": "4", "PMI_SIZE": "4", "OMPI_COMM_WORLD_RANK": "2",
        "SLURM_PROCID": "1", "SLURM_NTASKS": "4", "ACCELERATE_MIXED_PRECISION": "fp8", "ACCELERATE_USE_FSDP": "true",
        "ACCELERATE_DYNAMO_BACKEND": "INDUCTOR",
    }  # fmt: skip
    options = ["--steps", 6, *tiny("loop.checkpoint_every=3", stage="motion")]
    done = motionkit_process("train", "--out", tmp_path / "run", *options, **left)
    assert "WORLD_SIZE is set, but not by torchrun" in done.stderr
    motionkit_process("train", "--out", tmp_path / "plain", *options, RANK="0")
    for name in ("motion.safetensors", "samples/motion-000006.png"):
        assert (tmp_path / "run" / name).read_bytes() == (tmp_path / "plain" / name).read_bytes()
