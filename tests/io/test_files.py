"""The files of a folder, and what is none of them."""

import warnings

import pytest

from motionkit.interfaces import DataError
from motionkit.io.files import files_in, inside, is_companion


def test_files_come_in_order_without_what_macos_adds(tmp_path):
    for name in ("b/2.mp4", "a.mp4", "._a.mp4", "__MACOSX/._a.mp4", "__MACOSX/b/c.mp4", ".hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [path.relative_to(tmp_path).as_posix() for path in files_in(tmp_path)] == [".hidden", "a.mp4", "b/2.mp4"]
    assert is_companion(tmp_path / "._a.mp4") and not is_companion(tmp_path / ".hidden")


def test_a_link_to_a_folder_is_told_of(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    with pytest.warns(UserWarning, match="loop: is left out .a link"):
        assert not list(files_in(tmp_path / "in"))


def test_what_leads_out_of_a_folder_is_refused(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "here").symlink_to(folder)
    assert inside(folder, "here/a") == folder / "here" / "a"
    for name in ("../a", "out/a", "loop/a", str(tmp_path / "a"), "a\0b"):
        with pytest.raises(DataError, match="lies elsewhere"):
            inside(folder, name)
