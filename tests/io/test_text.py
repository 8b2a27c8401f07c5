"""Text that comes in and names that go out."""

from pathlib import PureWindowsPath

import pytest

from motionkit.io.text import as_path, printable, read_text, spelled


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_how_to_read_and_is_no_text(tmp_path, encoding):
    (tmp_path / "a.txt").write_text("caf\u00e9", encoding=encoding)
    assert read_text(tmp_path / "a.txt") == "caf\u00e9"


def test_what_is_no_text(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"caf\xe9")
    with pytest.raises(UnicodeDecodeError):
        read_text(tmp_path / "a.txt")
    assert read_text(tmp_path / "a.txt", errors="replace") == "caf\ufffd"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("d\u00e9j\u00e0 [vu] \U0001f642", "d\u00e9j\u00e0 [vu] \U0001f642"),
        ("a\nb\x1b[31m\x7f", "a\\nb\\x1b[31m\\x7f"),
        (b"caf\xe9".decode(errors="surrogateescape"), "caf\\xe9"),
        ("gpj\u202e.exe", "gpj\\u202e.exe"),
        ("\ud83d", "\\ud83d"),
    ],
)
def test_every_name_can_be_printed(name, told):
    assert printable(name) == told
    told.encode()


def test_paths_have_slashes_and_come_back_whatever_the_system(monkeypatch):
    assert spelled(PureWindowsPath("clips", "d\u00e9j\u00e0", "a.mp4")) == "clips/d\u00e9j\u00e0/a.mp4"
    # What Python has for the name on a system whose locale is ASCII.
    monkeypatch.setattr("os.fsencode", lambda path: str(path).encode("ascii", "surrogateescape"))
    monkeypatch.setattr("os.fsdecode", lambda name: name.decode("ascii", "surrogateescape"))
    there = as_path("d\u00e9j\u00e0.mp4")
    assert str(there) == "d\udcc3\udca9j\udcc3\udca0.mp4" and spelled(there) == "d\u00e9j\u00e0.mp4"
