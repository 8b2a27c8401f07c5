"""What two calls of a command wrote is never side by side."""

from pathlib import Path

import pytest

from motionkit.interfaces import BusyError, ConfigError
from motionkit.io.output import output


def write(folder: Path, *names: str, text: str = "") -> None:
    """Files, and folders of a file where the name ends with a slash."""
    with output(folder) as out:
        for name in names:
            if name.endswith("/"):
                with out.folder(name.rstrip("/")) as temporary:
                    (temporary / f"frame-{text}").write_text(text)
            else:
                with out.file(name) as temporary:
                    temporary.write_text(text)


def shown(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != ".made"
    }


def test_what_the_call_before_made_goes_and_what_others_made_stays(tmp_path: Path) -> None:
    (tmp_path / "clip-007.mp4").write_text("somebody's own")
    write(tmp_path, "clip-000/", "clip-001/", "sheet.png", text="a")
    write(tmp_path, "clip-000/", "sheet.png", text="b")
    assert shown(tmp_path) == {"clip-000/frame-b", "sheet.png", "clip-007.mp4"}
    write(tmp_path, "clip-000.gif")
    assert shown(tmp_path) == {"clip-000.gif", "clip-007.mp4"}


def test_until_a_file_is_whole_the_call_before_stays(tmp_path: Path) -> None:
    write(tmp_path, "clip-000/", "clip-001.mp4", text="a")
    with pytest.raises(RuntimeError), output(tmp_path) as out, out.folder("clip-000") as temporary:
        (temporary / "frame-b").touch()
        raise RuntimeError
    assert shown(tmp_path) == {"clip-000/frame-a", "clip-001.mp4"}
    with pytest.raises(RuntimeError), output(tmp_path) as out:
        with out.file("clip-000.gif") as temporary:
            temporary.touch()
        raise RuntimeError
    assert shown(tmp_path) == {"clip-000.gif"}
    write(tmp_path, "sheet.png")
    assert shown(tmp_path) == {"sheet.png"}


def test_a_folder_that_nobody_made_here_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "clip-000").mkdir()
    (tmp_path / "clip-000" / "thesis.tex").touch()
    with pytest.raises(ConfigError, match="clip-000 is there already"):
        write(tmp_path, "clip-000/")
    assert shown(tmp_path) == {"clip-000/thesis.tex"}


def test_the_list_removes_nothing_outside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "precious").touch()
    (tmp_path / "out" / ".made").write_text("../precious\n..\n.\n")
    write(tmp_path / "out", "a.png")
    assert shown(tmp_path) == {"precious", "out/a.png"}


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    with output(tmp_path), pytest.raises(BusyError), output(tmp_path):
        pass
