"""Runs that come with motionkit: found by name, opened like any other, and never written to."""

from pathlib import Path

import pytest
import torch

from motionkit.interfaces import RunError
from motionkit.io import pretrained
from motionkit.io.run import RunFolder


def test_a_name_is_a_folder_of_the_package_and_a_path_is_itself(tiny_pretrained: str, tmp_path: Path) -> None:
    assert pretrained.names() == ["tiny"]
    assert pretrained.located(tiny_pretrained) == tmp_path / "package" / "tiny"
    assert pretrained.located("runs/tiny") == Path("runs/tiny")
    assert pretrained.is_pretrained(tiny_pretrained) and pretrained.is_pretrained(tmp_path / "package" / "tiny")
    assert not pretrained.is_pretrained(tmp_path)


def test_weights_on_disk_are_half_and_in_use_single(tiny_pretrained: str, tiny_run: Path) -> None:
    halves, singles = (RunFolder.open(run).load_weights("renderer") for run in (tiny_pretrained, tiny_run))
    assert {it.dtype for it in halves.values()} == {it.dtype for it in singles.values()}
    for name, weight in singles.items():
        torch.testing.assert_close(halves[name], weight, atol=1e-3, rtol=1e-3)


def test_an_unknown_name_is_told_with_what_there_is(tiny_pretrained: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RunError, match="no pretrained run 'tinny'; did you mean tiny"):
        RunFolder.open("pretrained:tinny")
    with pytest.raises(RunError, match="There are: tiny"):
        RunFolder.open("pretrained:zebra")
    monkeypatch.setattr(pretrained, "root", lambda: Path("nowhere"))
    with pytest.raises(RunError, match="There are: none"):
        RunFolder.open("pretrained:tiny")


def test_nothing_is_written_to_it(tiny_pretrained: str, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="nothing is written to it"):
        RunFolder.open(tiny_pretrained).write_document()
    for path in ("pretrained:mine", tmp_path / "package" / "mine"):
        with pytest.raises(RunError, match="nothing is written to it"):
            RunFolder.create(path, {})
    assert pretrained.output_of(tiny_pretrained, "mixed") == Path("mixed/tiny")
    assert pretrained.output_of("runs/a", "mixed") == Path("runs/a/mixed")


def test_the_package_is_where_it_looks() -> None:
    assert pretrained.root().parent == Path(pretrained.__file__).parents[1]
