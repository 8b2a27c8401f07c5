"""What the campaigns share: a workspace of good files, and the record of what they found."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from campaigns.record import Record
from campaigns.workspace import make_workspace


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One good file of each kind. Copied before anything is damaged."""
    return make_workspace(tmp_path_factory.mktemp("good") / "workspace")


@pytest.fixture(scope="session")
def record() -> Iterator[Record]:
    """Printed at the end, and written to the file that MOTIONKIT_CAMPAIGN_RECORD names."""
    record = Record()
    yield record
    print("", *record.lines(), sep="\n")
    if path := os.environ.get("MOTIONKIT_CAMPAIGN_RECORD"):
        record.write(Path(path))
