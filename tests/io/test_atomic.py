"""Files that appear whole or not at all."""

import pytest

from motionkit.io.atomic import replacing


def test_replaces_at_the_end_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "run.json"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
        assert temporary.suffix == ".json" and temporary.parent == tmp_path
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_failure_keeps_the_old_file_and_no_temporary(tmp_path, error):
    path = tmp_path / "run.json"
    path.write_text("old")
    with pytest.raises(error), replacing(path) as temporary:
        temporary.write_text("half")
        raise error
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_before_anything_was_written_is_told_as_it_is(tmp_path):
    with pytest.raises(RuntimeError, match="first"), replacing(tmp_path / "a.txt"):
        raise RuntimeError("first")


def test_a_missing_folder_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "nowhere" / "a.txt") as temporary:
        temporary.write_text("x")


def test_an_error_that_names_no_file_gets_its_name(tmp_path):
    with pytest.raises(OSError, match="report"), replacing(tmp_path / "report"):
        raise OSError(28, "No space left on device")


def test_the_longest_name_can_be_replaced(tmp_path):
    path = tmp_path / ("\u00e9" * 125 + ".json")
    with replacing(path) as temporary:
        temporary.write_text("new")
    assert [found.name for found in tmp_path.iterdir()] == [path.name]
