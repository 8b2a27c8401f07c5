"""Damaged inputs: each is read or refused in one line, and costs nothing that was saved before."""

from pathlib import Path

import pytest
from campaigns.damaged import KINDS, damaged
from campaigns.record import Record

QUICK, WHOLE = 3, 85
"""Inputs of each kind."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_damaged_inputs_are_read_or_refused(kind: str, workspace: Path, tmp_path: Path) -> None:
    findings = [damaged(kind, seed, workspace, tmp_path / str(seed)) for seed in range(QUICK)]
    assert not [it.told for it in findings if it.outcome == "failed"]


@pytest.mark.campaign
@pytest.mark.parametrize("kind", KINDS)
def test_many_damaged_inputs_are_read_or_refused(kind: str, workspace: Path, tmp_path: Path, record: Record) -> None:
    findings = [damaged(kind, seed, workspace, tmp_path / str(seed)) for seed in range(QUICK, QUICK + WHOLE)]
    for finding in findings:
        record.count("damaged inputs", kind, finding.outcome)
    failures = [it.told for it in findings if it.outcome == "failed"]
    assert not failures, "\n\n".join(failures)
