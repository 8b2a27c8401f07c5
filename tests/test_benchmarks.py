"""The benchmark scripts import what is there; their figures are nobody's test."""

import runpy
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parents[1] / "benchmarks").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_benchmark_can_be_started(script: Path) -> None:
    names = runpy.run_path(str(script), run_name="imported")
    assert callable(names["main"]) and names["__doc__"]
