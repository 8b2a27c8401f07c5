"""The files of a folder, and what is none of them."""

import warnings

import pytest

from motionkit.io.files import files_in, is_companion


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
