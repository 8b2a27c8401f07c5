"""Each way in which one file of a folder can be bad: it costs that file and a line in the report, and nothing else."""

import os
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest
from failing import Failing
from films import contents, films, prepared

from motionkit.datasets.folder import ClipFolder
from motionkit.interfaces import ConfigError, DataError
from motionkit.io.clips import ClipFile
from motionkit.io.manifest import read_manifest
from motionkit.io.video import write_video
from motionkit.preparation.layouts import ANYTHING, LayoutConfig
from motionkit.preparation.recording import Recording
from motionkit.preparation.report import report_table
from motionkit.workers import Workers


def long_film(path: Path) -> bytes:
    """A video of noise, of 120 frames."""
    write_video(path, np.random.default_rng(0).integers(0, 256, (120, 32, 32, 3), np.uint8), 25)
    return path.read_bytes()


def truncated(path: Path) -> None:
    data = long_film(path)
    path.write_bytes(data[: int(0.7 * len(data))])


def without_an_index(path: Path) -> None:
    path.write_bytes(long_film(path)[:400])


def damaged_in_the_middle(path: Path) -> None:
    data = bytearray(long_film(path))
    middle = slice(len(data) // 2, len(data) // 2 + 20_000)
    data[middle] = np.random.default_rng(1).bytes(middle.stop - middle.start)
    path.write_bytes(data)


def audio_only(path: Path) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(8000)
        sound.writeframes(bytes(16_000))


def a_picture(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))


def a_link_to_nowhere(path: Path) -> None:
    path.symlink_to("nowhere.mp4")


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def unreadable(path: Path) -> None:
    long_film(path)
    path.chmod(0)


@pytest.mark.parametrize(
    "make",
    [
        Path.touch,
        truncated,
        without_an_index,
        damaged_in_the_middle,
        audio_only,
        a_picture,
        a_link_to_nowhere,
        a_pipe,
        unreadable,
    ],
)
def test_it_costs_that_file_and_a_line(tmp_path, make):
    if make is unreadable and os.geteuid() == 0:
        pytest.skip("root can read every file")
    films(tmp_path / "in", "a", "z")
    make(tmp_path / "in" / "bad.mp4")
    manifest = prepared(tmp_path / "in", tmp_path / "out")
    good, bad, last = manifest.videos
    assert [len(good.clips), len(last.clips)] == [1, 1] and not good.problem and not last.problem
    assert bad.problem.startswith(str(tmp_path / "in" / "bad")) and "\n" not in bad.problem
    assert not bad.clips  # nobody knows the keypoints of what could be read of it
    problems = report_table(manifest).columns[-1]
    assert problems.header == "problem" and bad.problem in list(problems.cells)


def test_a_wrong_ending_does_no_harm(tmp_path):
    """What is in the file counts."""
    films(tmp_path / "in", "a", "b")
    (tmp_path / "in" / "a.mp4").rename(tmp_path / "in" / "a.avi")
    first, second = prepared(tmp_path / "in", tmp_path / "out").videos
    assert first.clips and second.clips and not first.problem


def test_true_times_are_kept_where_frames_come_as_they_like(tmp_path):
    times = np.cumsum(np.random.default_rng(2).uniform(0.02, 0.08, 30)).round(4)
    films(tmp_path / "in", "a")
    frames = np.random.default_rng(3).integers(0, 256, (30, 32, 32, 3), np.uint8)
    write_video(tmp_path / "in" / "a.mp4", frames, 25, times.tolist())
    (video,) = prepared(tmp_path / "in", tmp_path / "out").videos
    clip = ClipFile(tmp_path / "out" / video.clips[0].file)
    shown = times - times[0]
    nearest = np.abs(clip.times_T[:, None] - shown).min(axis=1)
    assert len(clip.times_T) >= 10 and nearest.max() < 1e-3 and np.ptp(np.diff(clip.times_T)) > 0.02


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every folder")
def test_a_folder_that_cannot_be_read_is_told_of(tmp_path):
    films(tmp_path / "in", "a")
    films(tmp_path / "in" / "closed", "b")
    (tmp_path / "in" / "closed").chmod(0)
    with pytest.warns(UserWarning, match="closed: is left out"):
        assert len(ANYTHING.recordings(tmp_path / "in", LayoutConfig())) == 1
    (tmp_path / "in" / "closed").chmod(0o700)


def test_nothing_but_bad_files(tmp_path):
    films(tmp_path / "in", "a")
    (tmp_path / "in" / "a.mp4").write_bytes(b"")
    with pytest.raises(DataError, match="is empty"):
        prepared(tmp_path / "in", tmp_path / "out")
    assert list(contents(tmp_path / "out")) == ["dataset.json"]


@pytest.mark.parametrize(
    ("error", "workers"),
    [
        *[(error, Workers()) for error in ("ZeroDivisionError", "MemoryError", "PermissionError")],
        ("UnicodeEncodeError", Workers(2)),
    ],
)
def test_whatever_a_detector_raises_costs_that_video(tmp_path, error, workers):
    films(tmp_path / "in", "A", error, "z")
    first, bad, last = prepared(tmp_path / "in", tmp_path / "out", workers, Failing).videos
    assert first.clips and last.clips and not bad.clips
    assert error in bad.problem and f"{error}.mp4" in bad.problem and "\n" not in bad.problem


def test_what_is_wrong_for_every_video_is_told_at_once(tmp_path):
    films(tmp_path / "in", "ConfigError", "b")
    with pytest.raises(ConfigError, match="no such model"):
        prepared(tmp_path / "in", tmp_path / "out", detector=Failing)


def renamed(folder: Path, name: str, to: bytes) -> None:
    for ending in (".mp4", ".keypoints.json"):
        os.rename(folder / f"{name}{ending}", os.path.join(os.fsencode(folder), to + ending.encode()))


@pytest.mark.parametrize(
    ("name", "told", "workers"),
    [
        (b"caf\xe9", "caf\\xe9.mp4", Workers(2)),
        (b"two\nlines\x1b[31m", "two\\nlines\\x1b[31m.mp4", Workers()),
        (b"n" * 236, "n" * 236 + ".mp4", Workers()),
        (b"\xe9" * 230, "\\xe9" * 230 + ".mp4", Workers()),
        ("d\u00e9j\u00e0 vu \U0001f642".encode(), "d\u00e9j\u00e0 vu \U0001f642.mp4", Workers()),
    ],
)
def test_any_bytes_are_a_name(tmp_path, name, told, workers):
    films(tmp_path / "in", "a", "b")
    renamed(tmp_path / "in", "b", name)
    manifest = prepared(tmp_path / "in", tmp_path / "out", workers)
    (video,) = (video for video in manifest.videos if video.source != "a.mp4")
    assert (video.source, video.problem, len(video.clips)) == (told, "", 1)
    assert read_manifest(tmp_path / "out") == manifest
    clips = ClipFolder(ClipFolder.Config(path=tmp_path / "out", mirror=False, test_fraction=0))
    assert {clip.source for clip in clips} == {"a.mp4", told} and all(
        len(clip.recorded_times_T) == 20 for clip in clips
    )
    assert prepared(tmp_path / "in", tmp_path / "out", workers) == manifest


def test_trouble_with_any_bytes_as_a_name_is_told_in_letters(tmp_path):
    films(tmp_path / "in", "a")
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/caf\xe9.mp4")).touch()
    _, bad = prepared(tmp_path / "in", tmp_path / "out").videos
    assert bad.problem.endswith("caf\\xe9.mp4: is empty (0 bytes)")


def test_what_macos_keeps_for_itself_is_no_recording(tmp_path):
    films(tmp_path / "in", "a")
    shutil.copytree(tmp_path / "in", tmp_path / "in" / "__MACOSX" / "in")
    (tmp_path / "in" / "._a.mp4").write_bytes(b"\0\5\x16\7" * 8)
    (video,) = prepared(tmp_path / "in", tmp_path / "out").videos
    assert (video.source, video.label, len(video.clips)) == ("a.mp4", "", 1)


def test_what_people_should_know_of_a_file_is_in_the_report(tmp_path, monkeypatch):
    films(tmp_path / "in", "a", "b")
    monkeypatch.setattr(Recording, "peculiarity", lambda self: "is odd" if self.name == "a.mp4" else "")
    manifest = prepared(tmp_path / "in", tmp_path / "out")
    notes = report_table(manifest).columns[-1]
    assert [video.note for video in manifest.videos] == ["is odd", ""]
    assert notes.header == "note" and list(notes.cells) == ["is odd", ""]
