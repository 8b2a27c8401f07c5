"""Kills at random moments and before writes: the command goes on to the very bytes of one that was left in peace."""

import shutil
from pathlib import Path

import pytest
from campaigns.kills import KILLS, Undisturbed, killed, undisturbed
from campaigns.record import Record

QUICK = ("train, variational", "prepare, two workers", "generate")
WHOLE = 21
"""Kills of each kind that come in time."""


def left_in_peace(kind: str, workspace: Path, tmp_path: Path) -> Undisturbed:
    return undisturbed(kind, shutil.copytree(workspace, tmp_path / "peace"))


@pytest.mark.parametrize("kind", QUICK)
def test_a_killed_command_goes_on(kind: str, workspace: Path, tmp_path: Path) -> None:
    outcome, told = killed(
        kind, 0, shutil.copytree(workspace, tmp_path / "war"), left_in_peace(kind, workspace, tmp_path)
    )
    assert outcome != "failed", told


@pytest.mark.campaign
@pytest.mark.parametrize("kind", KILLS)
def test_many_killed_commands_go_on(
    kind: str, workspace: Path, tmp_path: Path, record: Record, capsys: pytest.CaptureFixture[str]
) -> None:
    expected, failures, seed, in_time = left_in_peace(kind, workspace, tmp_path), [], 0, 0
    while in_time < WHOLE and seed < 3 * WHOLE:
        seed += 1
        folder = shutil.copytree(workspace, tmp_path / str(seed))
        outcome, told = killed(kind, seed, folder, expected)
        record.count("kills", kind, outcome)
        in_time += outcome != "too late"
        if outcome == "failed":
            failures.append(told)
            with capsys.disabled():  # so that it is known even where the rest never ends
                print("", told, sep="\n")
        shutil.rmtree(folder, ignore_errors=True)
    assert not failures and in_time == WHOLE, "\n\n".join(failures)
